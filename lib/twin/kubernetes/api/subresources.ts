import type { Json } from "../../world/world.ts";
import type { KubernetesRequest, KubernetesResponse } from "../contract.ts";
import { admit } from "./admission/admit.ts";
import type { ApiObject } from "./api-object.ts";
import { requestToken } from "./authentication/token-requests.ts";
import { at, isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt } from "./json-values.ts";
import type { ResourceKind } from "./kinds/resource-kind.ts";
import { deleteObject } from "./lifecycle/delete.ts";
import { checkBudgets } from "./lifecycle/disruption-budget.ts";
import { countIn } from "./numbers-in-query.ts";
import { applyJsonPatch } from "./patch/json-patch.ts";
import { applyMergePatch } from "./patch/merge-patch.ts";
import { servedObject } from "./served-object.ts";
import { ApiError, badRequest, methodNotAllowed, success } from "./status.ts";
import { patchObject } from "./verbs/patch.ts";
import { existingObject, replaceObject, storeChange } from "./verbs/update.ts";
import { isDryRun, type WriteRequest } from "./verbs/write-request.ts";

/** Key: `<cluster>/<namespace>/<pod>`; what `kubectl logs` shows. Whoever simulates the pod writes it. */
export const LOGS = "kubernetes.logs";

export function answerSubresource(write: WriteRequest, request: KubernetesRequest): KubernetesResponse {
  switch (write.subresource) {
    case "status":
      return status(write, request);
    case "scale":
      return scale(write, request);
    case "log":
      return log(write, request);
    case "eviction":
      return evict(write, request);
    case "token":
      return requestToken(write, request);
    case "binding":
      return bind(write, request);
    case "exec":
    case "attach":
    case "portforward":
    case "proxy":
      existingObject(write);
      throw new ApiError(
        501,
        "NotImplemented",
        `${write.subresource} of pods/${write.name} is not possible: the twin runs no containers`,
        {},
      );
    case "finalize":
      return request.method === "PUT" ? { status: 200, body: existingObject(write) } : refuse();
    default:
      return refuse();
  }
}

function refuse(): never {
  throw methodNotAllowed();
}

function status(write: WriteRequest, request: KubernetesRequest): KubernetesResponse {
  const answer = (object: ApiObject): KubernetesResponse => ({
    status: 200,
    body: servedObject(write.kind, object),
  });
  if (request.method === "GET") return answer(existingObject(write));
  if (request.method === "PUT") return answer(replaceObject(write, request.body));
  if (request.method === "PATCH")
    return answer(patchObject(write, request.contentType ?? "", request.body).object);
  return refuse();
}

interface ScalePaths {
  readonly spec: string[];
  readonly status: string[];
}

function pathsOf(kind: ResourceKind): ScalePaths {
  const custom = objectAt(kind.custom?.version, "subresources", "scale");
  const path = (name: string, otherwise: string): string[] =>
    String(custom?.[name] ?? otherwise)
      .split(".")
      .filter(Boolean);
  return {
    spec: path("specReplicasPath", ".spec.replicas"),
    status: path("statusReplicasPath", ".status.replicas"),
  };
}

function scaleOf(kind: ResourceKind, object: ApiObject): JsonObject {
  const paths = pathsOf(kind);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const labels = objectAt(object, "spec", "selector", "matchLabels") ?? {};
  return {
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object, ...paths.spec) ?? 0 },
    status: {
      replicas: numberAt(object, ...paths.status) ?? 0,
      selector: Object.entries(labels)
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(","),
    },
  };
}

function scale(write: WriteRequest, request: KubernetesRequest): KubernetesResponse {
  const existing = existingObject(write);
  const current = scaleOf(write.kind, existing);
  if (request.method === "GET") return { status: 200, body: current };
  const desired = desiredScale(current, request);
  const replicas = at(desired, "spec", "replicas");
  if (typeof replicas !== "number" || replicas < 0) throw badRequest("spec.replicas must not be negative");
  const path = pathsOf(write.kind).spec;
  const patch = path.reduceRight<Json>((value, key) => ({ [key]: value }), replicas) as JsonObject;
  const changed = storeChange(
    { ...write, subresource: undefined },
    existing,
    applyMergePatch(existing as JsonObject, patch),
  );
  return { status: 200, body: scaleOf(write.kind, changed) };
}

function desiredScale(current: JsonObject, { method, body, contentType }: KubernetesRequest): JsonObject {
  if (method === "PUT" && isObject(body)) return body;
  if (method !== "PATCH") return refuse();
  if (contentType?.startsWith("application/json-patch+json")) return applyJsonPatch(current, body);
  if (!isObject(body)) throw badRequest("a patch must be an object");
  return applyMergePatch(current, body);
}

function log(
  { state, namespace, query, ...write }: WriteRequest,
  request: KubernetesRequest,
): KubernetesResponse {
  if (request.method !== "GET") return refuse();
  const pod = existingObject({ state, namespace, query, ...write });
  const text =
    state.world.collection<string>(LOGS).get(`${state.name}/${namespace}/${pod.metadata.name}`) ?? "";
  const wanted = query.get("container");
  const containers = ["initContainers", "containers", "ephemeralContainers"]
    .flatMap((list) => objectsAt(pod, "spec", list))
    .map((container) => String(container.name));
  if (wanted && !containers.includes(wanted))
    throw badRequest(`container ${wanted} is not valid for pod ${pod.metadata.name}`);
  const waiting = objectsAt(pod, "status", "containerStatuses").find(
    (status) => (!wanted || status.name === wanted) && objectAt(status, "state", "waiting"),
  );
  if (waiting)
    throw badRequest(
      `container "${String(waiting.name)}" in pod "${pod.metadata.name}" is waiting to start: ${textAt(waiting, "state", "waiting", "reason") ?? "ContainerCreating"}`,
    );
  const tail = countIn(query, "tailLines");
  const lines = text.split("\n");
  return {
    status: 200,
    body: tail > 0 ? lines.slice(-tail - (text.endsWith("\n") ? 1 : 0)).join("\n") : text,
  };
}

function evict(write: WriteRequest, request: KubernetesRequest): KubernetesResponse {
  if (request.method !== "POST") return refuse();
  const pod = existingObject(write);
  admit({ operation: "CREATE", request: write, name: pod.metadata.name, object: pod, old: undefined });
  checkBudgets(write.state, pod, isDryRun(write));
  if (!isDryRun(write)) deleteObject(write.state, write.kind, pod, { propagation: "Background" });
  return { status: 201, body: success({}) };
}

/** A scheduler's decision. */
function bind(write: WriteRequest, request: KubernetesRequest): KubernetesResponse {
  const pod = existingObject(write);
  const node = at(request.body, "target", "name");
  if (request.method !== "POST" || typeof node !== "string") return refuse();
  storeChange(
    { ...write, subresource: undefined },
    pod,
    applyMergePatch(pod as JsonObject, { spec: { nodeName: node } }),
  );
  return { status: 201, body: success({}) };
}
