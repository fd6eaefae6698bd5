import type { Json } from "../../world/world.ts";
import { AwsError } from "../contract.ts";
import { jsonError, parseJsonBody } from "./json-protocol.ts";
import {
  type DecodedCall,
  type HttpRequest,
  header,
  type JsonObject,
  objectOf,
  type Protocol,
} from "./message.ts";

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly segments: readonly string[];
}

const route = (operation: string, method: string, path: string): Route => ({
  operation,
  method,
  segments: path.split("/").slice(1),
});

/** Methods and paths of the API references; `{name}` is a member of the input. */
const ROUTES: Readonly<Record<string, readonly Route[]>> = {
  eks: [
    route("ListClusters", "GET", "/clusters"),
    route("DescribeClusterVersions", "GET", "/cluster-versions"),
    route("DescribeCluster", "GET", "/clusters/{name}"),
    route("ListNodegroups", "GET", "/clusters/{clusterName}/node-groups"),
    route("DescribeNodegroup", "GET", "/clusters/{clusterName}/node-groups/{nodegroupName}"),
    route("ListAddons", "GET", "/clusters/{clusterName}/addons"),
    route("DescribeAddon", "GET", "/clusters/{clusterName}/addons/{addonName}"),
    route("ListAccessEntries", "GET", "/clusters/{clusterName}/access-entries"),
    route("DescribeAccessEntry", "GET", "/clusters/{clusterName}/access-entries/{principalArn}"),
    route(
      "ListAssociatedAccessPolicies",
      "GET",
      "/clusters/{clusterName}/access-entries/{principalArn}/access-policies",
    ),
    route("ListInsights", "POST", "/clusters/{clusterName}/insights"),
    route("DescribeInsight", "GET", "/clusters/{clusterName}/insights/{id}"),
  ],
  lambda: [route("Invoke", "POST", "/2015-03-31/functions/{FunctionName}/invocations")],
  xray: [route("PutTraceSegments", "POST", "/TraceSegments")],
};

function bound(candidate: Route, method: string, segments: readonly string[]): JsonObject | undefined {
  if (candidate.method !== method || candidate.segments.length !== segments.length) return undefined;
  const input: JsonObject = {};
  for (const [index, expected] of candidate.segments.entries()) {
    const actual = decodeURIComponent(segments[index] ?? "");
    if (expected.startsWith("{")) input[expected.slice(1, -1)] = actual;
    else if (expected !== actual) return undefined;
  }
  return input;
}

function queryInput(query: URLSearchParams): JsonObject {
  const input: JsonObject = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    input[name] = values.length > 1 ? values : (values[0] ?? "");
  }
  return input;
}

function lambdaInput(request: HttpRequest): JsonObject {
  const invocationType = header(request, "x-amz-invocation-type");
  return {
    Payload: request.body.toString("base64"),
    ...(invocationType === undefined ? {} : { InvocationType: invocationType }),
  };
}

function matching(service: string, request: HttpRequest): { operation: string; input: JsonObject } {
  const segments = request.path.replace(/\/$/, "").split("/").slice(1);
  for (const candidate of ROUTES[service] ?? []) {
    const input = bound(candidate, request.method, segments);
    if (input) return { operation: candidate.operation, input };
  }
  throw new AwsError(
    "NotImplemented",
    `the twin's AWS does not know ${service} ${request.method} ${request.path}`,
    501,
  );
}

function lambdaAnswer(result: Json) {
  const { StatusCode, FunctionError, ExecutedVersion, Payload } = objectOf(result);
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (typeof FunctionError === "string") headers["x-amz-function-error"] = FunctionError;
  if (typeof ExecutedVersion === "string") headers["x-amz-executed-version"] = ExecutedVersion;
  return { status: Number(StatusCode), headers, body: Buffer.from(String(Payload ?? ""), "base64") };
}

/** REST-JSON: the operation is method and path; members come from path, query and body. */
export function restJsonProtocol(service: string): Protocol {
  return {
    decode(request): DecodedCall {
      const { operation, input } = matching(service, request);
      const members =
        service === "lambda"
          ? lambdaInput(request)
          : objectOf(request.body.length ? parseJsonBody(request.body) : {});
      return { operation, input: { ...queryInput(request.query), ...members, ...input } };
    },
    encode(_call, result) {
      if (service === "lambda") return lambdaAnswer(result);
      return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(result) };
    },
    fail: (error, requestId) => jsonError(error, requestId, "application/json"),
  };
}
