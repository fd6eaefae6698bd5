import type { Json } from "../../../world/world.ts";
import type { KubernetesRequest, KubernetesResponse } from "../../contract.ts";
import { timestamp } from "../api-object.ts";
import { isObject, listAt, numberAt, objectAt, textAt } from "../json-values.ts";
import { invalid, methodNotAllowed } from "../status.ts";
import { existingObject } from "../verbs/update.ts";
import type { WriteRequest } from "../verbs/write-request.ts";
import { accountOf, ISSUER_AUDIENCE, mintToken } from "./service-account-token.ts";

/** An hour unless the client says otherwise, ten minutes at least. @see TokenRequestSpec */
const DEFAULT_LIFETIME = 3_600;
const SHORTEST_LIFETIME = 600;

/** `kubectl create token`: the `token` subresource of a service account. */
export function requestToken(write: WriteRequest, { method, body }: KubernetesRequest): KubernetesResponse {
  if (method !== "POST") throw methodNotAllowed();
  const account = existingObject(write);
  const lifetime = numberAt(body, "spec", "expirationSeconds") ?? DEFAULT_LIFETIME;
  if (lifetime < SHORTEST_LIFETIME)
    throw invalid({ kind: "TokenRequest", group: "authentication.k8s.io" }, account.metadata.name, [
      {
        field: "spec.expirationSeconds",
        reason: "FieldValueInvalid",
        message: `Invalid value: ${lifetime}: may not specify a duration less than 10 minutes`,
      },
    ]);
  const asked = listAt(body, "spec", "audiences").map(String);
  const audiences = asked.length > 0 ? asked : [ISSUER_AUDIENCE];
  const { name, namespace = "", uid } = account.metadata;
  const expiresAt = Math.floor(write.state.world.clock.now() / 1000) + lifetime;
  const token = mintToken(write.state, { name, namespace, uid, audiences, expiresAt });
  return {
    status: 201,
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: { name, namespace, creationTimestamp: timestamp(write.state.world.clock.now()) },
      spec: { audiences, expirationSeconds: lifetime, boundObjectRef: null },
      status: { token, expirationTimestamp: timestamp(expiresAt * 1000) },
    },
  };
}

/** A TokenReview's status: whose token it is, if it is good. */
export function reviewToken({ state }: Pick<WriteRequest, "state">, body: Json | undefined): Json {
  const user = accountOf(state, textAt(objectAt(body, "spec"), "token") ?? "");
  if (!user || !isObject(body)) return { authenticated: false, user: {} };
  return {
    authenticated: true,
    audiences: [ISSUER_AUDIENCE],
    user: { username: user.username, groups: [...user.groups] },
  };
}
