import * as z from "zod";
import { ApiProblem, badRequest } from "./problem.ts";
import { ROUTES, type Route, routeKey } from "./routes.ts";

/**
 * What API Gateway hands to the function, as far as it is read: payload format 2.0, with IAM's word for the caller.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const HttpEventSchema = z.object({
  version: z.literal("2.0"),
  routeKey: z.string(),
  rawPath: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  queryStringParameters: z.record(z.string(), z.string()).optional(),
  pathParameters: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({
    requestId: z.string(),
    authorizer: z.object({ iam: z.object({ userArn: z.string().startsWith("arn:") }) }).optional(),
  }),
});
export type HttpEvent = z.infer<typeof HttpEventSchema>;

/** A request whose every part has been checked against its route. */
export interface ApiRequest {
  readonly route: Route;
  /** ARN of the user, or of the role's session. */
  readonly caller: string;
  readonly requestId: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
}

/** @throws ApiProblem naming every part of the request that is wrong */
export function readRequest(event: HttpEvent): ApiRequest {
  const route = (Object.values(ROUTES) as Route[]).find((known) => routeKey(known) === event.routeKey);
  if (!route) throw new ApiProblem("not-found", `there is no route ${event.routeKey}`);
  const caller = event.requestContext.authorizer?.iam.userArn;
  if (!caller) throw new ApiProblem("not-allowed", "the request names no caller: sign it for execute-api");
  const path = parsePart("path", route.pathParameters ?? z.strictObject({}), event.pathParameters ?? {});
  const query = parsePart("query", route.query ?? z.strictObject({}), event.queryStringParameters ?? {});
  return {
    route,
    caller,
    requestId: event.requestContext.requestId,
    path: path as Record<string, string>,
    query,
    body: route.body ? parsePart("body", route.body, jsonOf(event)) : undefined,
    idempotencyKey: event.headers["idempotency-key"],
  };
}

function parsePart(part: "body" | "path" | "query", schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badRequest(part, parsed.error);
}

function jsonOf({ body = "", isBase64Encoded }: HttpEvent): unknown {
  const text = isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    throw new ApiProblem("bad-request", "body: this is not JSON", [
      { path: "body", message: "this is not JSON" },
    ]);
  }
}
