import { createHmac, timingSafeEqual } from "node:crypto";
import type { World } from "../../../world/world.ts";
import type { KubernetesUser } from "../../contract.ts";
import type { ClusterState } from "../cluster-state.ts";
import { isObject, objectAt, textAt } from "../json-values.ts";

export const ISSUER_AUDIENCE = "https://kubernetes.default.svc";

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** By the world's seed: a real cluster signs with a key of its own (RS256). */
const signatureOf = (world: World, cluster: string, content: string): string =>
  createHmac("sha256", `${world.seed}/${cluster}/service-accounts`).update(content).digest("base64url");

export interface TokenClaims {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly audiences: readonly string[];
  /** Seconds since the epoch, virtual. */
  readonly expiresAt: number;
}

/** A token in the form of those of service accounts. @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
export function mintToken(state: ClusterState, claims: TokenClaims): string {
  const { namespace, name, uid, audiences, expiresAt } = claims;
  const content = `${encode({ alg: "HS256", kid: "twin" })}.${encode({
    aud: audiences,
    exp: expiresAt,
    iat: Math.floor(state.world.clock.now() / 1000),
    iss: ISSUER_AUDIENCE,
    "kubernetes.io": { namespace, serviceaccount: { name, uid } },
    sub: `system:serviceaccount:${namespace}:${name}`,
  })}`;
  return `${content}.${signatureOf(state.world, state.name, content)}`;
}

/** Whose token it is; undefined for one that is not from here, is over, is for others, or whose account is gone. */
export function accountOf(state: ClusterState, token: string): KubernetesUser | undefined {
  const parts = token.split(".");
  const [, payload = "", signature = ""] = parts;
  if (parts.length !== 3) return undefined;
  const [made, given] = [signatureOf(state.world, state.name, `${parts[0]}.${payload}`), signature].map(
    (text) => Buffer.from(text),
  );
  if (!made || !given || made.length !== given.length || !timingSafeEqual(made, given)) return undefined;
  const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  if (!isObject(claims) || !(Number(claims.exp) * 1000 > state.world.clock.now())) return undefined;
  if (!Array.isArray(claims.aud) || !claims.aud.includes(ISSUER_AUDIENCE)) return undefined;
  const about = objectAt(claims, "kubernetes.io");
  const namespace = textAt(about, "namespace") ?? "";
  const name = textAt(about, "serviceaccount", "name") ?? "";
  const account = state.store.get(state.builtIn("", "serviceaccounts"), namespace, name);
  if (account?.metadata.uid !== textAt(about, "serviceaccount", "uid")) return undefined;
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
  };
}
