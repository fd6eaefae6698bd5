import { z } from "zod";
import type { Json } from "../../world/world.ts";
import { callerArn, isRoot } from "../arn.ts";
import { AWS_COLLECTIONS, type HttpRouteRecord } from "../collections.ts";
import { AwsError } from "../contract.ts";
import { checkFunctionPolicy } from "../events/deliver.ts";
import { type Call, operation, present } from "../service.ts";
import { functionReference } from "./lambda.ts";

const RequestSchema = z.object({
  apiId: z.string(),
  method: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.string()),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
});
type Request = z.output<typeof RequestSchema>;

/** The integration's answer: all that a function may leave out is filled in as API Gateway does. */
const AnswerSchema = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(""),
  isBase64Encoded: z.boolean().default(false),
});

interface Match {
  readonly route: HttpRouteRecord;
  readonly parameters: Record<string, string>;
}

/** The parameters of a path that a route is for; undefined if it is for others. `{name}` stands for one segment. */
function parametersOf(routePath: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [routePath.split("/"), path.split("/")];
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    const value = given[index] ?? "";
    if (name === undefined ? segment !== value : value === "") return undefined;
    if (name !== undefined) parameters[name] = decode(value);
  }
  return parameters;
}

/** A route that names more of the path in full goes before the others. */
function matchRoute(routes: readonly HttpRouteRecord[], { method, path }: Request): Match | undefined {
  const matches = routes.flatMap((route): Match[] => {
    const [routeMethod = "", routePath = ""] = route.routeKey.split(" ");
    const parameters = routeMethod === method ? parametersOf(routePath, path) : undefined;
    return parameters ? [{ route, parameters }] : [];
  });
  return matches.sort((a, b) => Object.keys(a.parameters).length - Object.keys(b.parameters).length)[0];
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Payload format 2.0. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function eventOf(call: Call, request: Request, { route, parameters }: Match): Json {
  const { world, principal, accountId, region } = call;
  const now = world.clock.now();
  const domainName = `${request.apiId}.execute-api.${region}.amazonaws.com`;
  const userArn = callerArn(principal);
  const { "content-length": _, host: __, connection: ___, ...headers } = request.headers;
  return present({
    version: "2.0",
    routeKey: route.routeKey,
    rawPath: request.path,
    rawQueryString: new URLSearchParams(request.query).toString(),
    headers: { ...headers, host: domainName },
    queryStringParameters: Object.keys(request.query).length > 0 ? request.query : undefined,
    pathParameters: Object.keys(parameters).length > 0 ? parameters : undefined,
    requestContext: {
      accountId,
      apiId: request.apiId,
      authorizer: {
        iam: {
          accessKey: "ASIA0000000000000000",
          accountId,
          callerId: `AROA0000000000000000:${principal.sessionName}`,
          cognitoIdentity: null,
          principalOrgId: null,
          userArn,
          userId: isRoot(principal.roleArn) ? accountId : `AROA0000000000000000:${principal.sessionName}`,
        },
      },
      domainName,
      http: {
        method: request.method,
        path: request.path,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: world.uuid().replaceAll("-", "").slice(0, 16),
      routeKey: route.routeKey,
      stage: "$default",
      time: new Date(now).toISOString(),
      timeEpoch: now,
    },
    body: request.body,
    isBase64Encoded: request.isBase64Encoded,
  });
}

/** HTTP APIs: routes with IAM authorization, each in front of a function. */
export const httpApis = {
  Invoke: operation(
    RequestSchema,
    async (call, request) => {
      const routes = call.world
        .collection<HttpRouteRecord>(AWS_COLLECTIONS.httpRoutes)
        .values()
        .filter((route) => route.apiId === request.apiId);
      const match = matchRoute(routes, request);
      if (!match) throw new AwsError("NotFoundException", "Not Found", 404);
      const base = `arn:aws:execute-api:${call.region}:${call.accountId}:${request.apiId}`;
      if (!call.may("execute-api:Invoke", `${base}/$default/${request.method}${request.path}`))
        throw new AwsError("AccessDeniedException", "Forbidden", 403);
      const [, path = ""] = match.route.routeKey.split(" ");
      checkFunctionPolicy(call.world, match.route.functionArn, {
        service: "apigateway.amazonaws.com",
        arn: `${base}/$default/${request.method}${path}`,
        accountId: call.accountId,
      });
      if (!call.backends.lambda) throw new Error("no Lambda backend is connected");
      const { name } = functionReference(match.route.functionArn);
      const { payload, functionError } = await call.backends.lambda.invoke(
        name,
        eventOf(call, request, match),
      );
      const answer = AnswerSchema.safeParse(payload);
      if (functionError !== undefined || !answer.success)
        throw new AwsError("InternalServerError", "Internal Server Error", 500);
      return { ...answer.data };
    },
    { lasts: true },
  ),
};
