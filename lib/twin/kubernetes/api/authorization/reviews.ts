import type { Json } from "../../../world/world.ts";
import type { KubernetesRequest, KubernetesUser } from "../../contract.ts";
import { reviewToken } from "../authentication/token-requests.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt } from "../json-values.ts";
import { apiVersionOf } from "../kinds/resource-kind.ts";
import { badRequest, methodNotAllowed } from "../status.ts";
import type { WriteRequest } from "../verbs/write-request.ts";
import type { AccessRequest } from "./attributes.ts";
import type { Authorizer } from "./authorizer.ts";

/** Answers a review: a resource that is asked, not stored. */
export function answerQuestion(
  authorizer: Authorizer,
  write: WriteRequest,
  { method, body, user }: KubernetesRequest,
): Json {
  if (method !== "POST") throw methodNotAllowed();
  if (!isObject(body)) throw badRequest("a review needs a body");
  return {
    ...body,
    apiVersion: apiVersionOf(write.kind),
    kind: write.kind.kind,
    metadata: {},
    status: statusOf(authorizer, write, body, user),
  };
}

function statusOf(
  authorizer: Authorizer,
  { kind, namespace, state }: WriteRequest,
  body: JsonObject,
  user: KubernetesUser,
): JsonObject {
  switch (kind.kind) {
    case "SelfSubjectAccessReview":
      return decision(authorizer, user, body);
    case "SelfSubjectRulesReview":
      return rules(authorizer, user, textAt(body, "spec", "namespace") ?? namespace);
    case "TokenReview":
      return reviewToken({ state }, body) as JsonObject;
    case "SelfSubjectReview":
      return { userInfo: { username: user.username, groups: [...user.groups] } };
    default:
      return decision(authorizer, subjectOf(body), body);
  }
}

function subjectOf(body: JsonObject): KubernetesUser {
  const groups = listAt(body, "spec", "groups").map(String);
  return { username: textAt(body, "spec", "user") ?? "", groups };
}

function decision(authorizer: Authorizer, user: KubernetesUser, body: JsonObject): JsonObject {
  const access = accessIn(body);
  if (!access)
    throw badRequest("exactly one of nonResourceAttributes or resourceAttributes must be specified");
  return authorizer.allows(user, access) ? { allowed: true, reason: "RBAC: allowed" } : { allowed: false };
}

function accessIn(body: JsonObject): AccessRequest | undefined {
  const path = objectAt(body, "spec", "nonResourceAttributes");
  const wanted = objectAt(body, "spec", "resourceAttributes");
  if ((path === undefined) === (wanted === undefined)) return undefined;
  const text = (key: string): string => textAt(path ?? wanted, key) ?? "";
  const subresource = text("subresource");
  return {
    verb: text("verb"),
    ...(path ? { path: text("path") } : {}),
    group: text("group"),
    resource: subresource ? `${text("resource")}/${subresource}` : text("resource"),
    namespace: text("namespace") || undefined,
    name: text("name") || undefined,
  };
}

function rules(authorizer: Authorizer, user: KubernetesUser, namespace: string | undefined): JsonObject {
  const isMaster = user.groups.includes("system:masters");
  const all = isMaster
    ? [
        { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
        { nonResourceURLs: ["*"], verbs: ["*"] },
      ]
    : authorizer
        .grantsOf(user)
        .filter((grant) => grant.namespace === undefined || grant.namespace === namespace)
        .flatMap((grant) => grant.rules);
  const json = all as unknown as JsonObject[];
  return {
    resourceRules: json.filter((rule) => rule.nonResourceURLs === undefined),
    nonResourceRules: json.filter((rule) => rule.nonResourceURLs !== undefined),
    incomplete: false,
  };
}
