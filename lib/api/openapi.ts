import * as z from "zod";
import { ROUTES, type Route } from "./routes.ts";
import { ProblemSchema } from "./schemas.ts";

/** As a client sees the schema: what has a default may be left out of a request. */
const jsonSchema = (schema: z.ZodType, io: "input" | "output"): object => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
};

const parametersOf = (schema: z.ZodObject | undefined, place: "path" | "query") =>
  Object.entries(schema?.shape ?? {}).map(([name, member]) => ({
    name,
    in: place,
    required: place === "path",
    schema: jsonSchema(member as z.ZodType, "input"),
  }));

/** 8 to 64 characters: random enough, and short enough for an execution's name. */
export const IDEMPOTENCY_KEY = /^[A-Za-z0-9_-]{8,64}$/;

const IDEMPOTENCY_HEADER = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "Sent again, it starts nothing again. Left out, every request starts a run.",
  schema: { type: "string", pattern: IDEMPOTENCY_KEY.source },
};

function operationOf(route: Route): object {
  const parameters = [
    ...parametersOf(route.pathParameters, "path"),
    ...parametersOf(route.query, "query"),
    ...(route.idempotent ? [IDEMPOTENCY_HEADER] : []),
  ];
  const { status, schema } = route.answer;
  const content = {
    "application/json": { schema: schema ? jsonSchema(schema, "output") : { type: "object" } },
  };
  const success = { description: route.summary, content };
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: jsonSchema(route.body, "input") } },
      },
    }),
    responses: {
      [status]: success,
      ...(route.idempotent && { 200: success }),
      "4XX": { $ref: "#/components/responses/Problem" },
      "5XX": { $ref: "#/components/responses/Problem" },
    },
  };
}

/** The API as an OpenAPI document. @see https://spec.openapis.org/oas/v3.1.0 */
export function openApiDocument(environment: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of Object.values(ROUTES) as Route[])
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  return {
    openapi: "3.1.0",
    info: {
      title: `Strata: ${environment}`,
      version: "1",
      description: "Runs of the pipeline and what is known of the platform. Every request is signed (SigV4).",
    },
    security: [{ sigv4: [] }],
    paths,
    components: {
      securitySchemes: {
        sigv4: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          description: "AWS Signature Version 4 for the service execute-api.",
        },
      },
      responses: {
        Problem: {
          description: "Why not, as RFC 9457 puts it.",
          content: { "application/problem+json": { schema: jsonSchema(ProblemSchema, "output") } },
        },
      },
    },
  };
}
