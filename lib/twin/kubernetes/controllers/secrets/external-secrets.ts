import { createHash } from "node:crypto";
import { COLLECTIONS, type RoleRecord } from "../../../world/records.ts";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import { isTrue, withConditions } from "../engine/conditions.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, mapsAt, ownerReference, type Strings, textAt } from "../engine/fields.ts";
import { podIdentityRole } from "../engine/pod-identity.ts";
import { isRunning } from "../engine/readiness.ts";
import { parseDuration } from "./duration.ts";

export const EXTERNAL_SECRETS = "external-secrets.io/v1";
/** First sync 3 s (1–15). @see docs/latencies.md, "Kubernetes and services" */
const SYNC_MILLISECONDS = 3_000;
/** Failures are tried again with controller-runtime's back-off; its longest steps are of this order (from memory). */
const RETRY_MILLISECONDS = 30_000;

const isUp = ({ client }: ReconcileContext): boolean => isRunning(client, "Deployment", "external-secrets");

const storeOf = (object: ApiObject, { client }: ReconcileContext): ApiObject | undefined => {
  const name = textAt(object, "spec", "secretStoreRef", "name");
  return textAt(object, "spec", "secretStoreRef", "kind") === "ClusterSecretStore"
    ? client.get(EXTERNAL_SECRETS, "ClusterSecretStore", undefined, name)
    : client.get(EXTERNAL_SECRETS, "SecretStore", object.metadata.namespace, name);
};

/**
 * Role of the service account that a store takes its tokens for, or that Pod Identity gives to external-secrets' own
 * where the store names none; a text says why there is none.
 */
export function roleOf(
  store: ApiObject | undefined,
  { client, world }: ReconcileContext,
): { arn: string } | string {
  const reference = mapAt(store, "spec", "provider", "aws", "auth", "jwt", "serviceAccountRef");
  const name = String(reference.name ?? "external-secrets");
  const namespace = String(reference.namespace ?? store?.metadata.namespace ?? "external-secrets");
  const account = client.get("v1", "ServiceAccount", namespace, name);
  if (!account) return `unable to create session: ServiceAccount "${name}" not found`;
  const arn = account.metadata.annotations?.["eks.amazonaws.com/role-arn"];
  const given = podIdentityRole(world, { cluster: client.cluster, namespace, name });
  if (arn === undefined && given !== undefined) return { arn: given };
  if (arn === undefined)
    return `unable to create session: an IAM role must be associated with service account ${name} (namespace: ${namespace})`;
  const role = world.collection<RoleRecord>(COLLECTIONS.roles).get(arn.split("/").at(-1) ?? "");
  const trusts = JSON.stringify(role?.assumeRolePolicy ?? "").includes(
    `system:serviceaccount:${namespace}:${name}`,
  );
  if (!role || !trusts)
    return `unable to create session: operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity`;
  return { arn };
}

/** A store is Valid when credentials can be had; whether they may read anything is not asked. @see its ParameterStore `Validate` */
const stores = (kind: "ClusterSecretStore" | "SecretStore"): Controller => ({
  name: `secret-stores-${kind}`,
  watches: {
    [kind]: "self",
    Deployment: (change, client) =>
      change.name === "external-secrets"
        ? client.list(EXTERNAL_SECRETS, kind).map((one) => client.referenceOf(one))
        : [],
    ServiceAccount: (_change, client) =>
      client.list(EXTERNAL_SECRETS, kind).map((one) => client.referenceOf(one)),
  },
  reconcile(store, context) {
    if (!isUp(context)) return;
    const role = roleOf(store, context);
    const condition =
      typeof role === "string"
        ? { type: "Ready", status: "False" as const, reason: "InvalidProviderConfig", message: role }
        : { type: "Ready", status: "True" as const, reason: "Valid", message: "store validated" };
    const conditions = withConditions(store, context.now, condition);
    if (JSON.stringify(conditions) !== JSON.stringify(mapAt(store, "status").conditions))
      context.client.patch(store, { status: { capabilities: "ReadWrite", conditions } }, "status");
    if (typeof role === "string") context.after(RETRY_MILLISECONDS);
  },
});

/** Copies parameters into Secrets, as far as the store's role may read them, and again each refresh interval. */
const externalSecrets: Controller = {
  name: "external-secrets",
  watches: {
    ExternalSecret: "self",
    ClusterSecretStore: (_change, client) =>
      client.list(EXTERNAL_SECRETS, "ExternalSecret").map((one) => client.referenceOf(one)),
    Deployment: (change, client) =>
      change.name === "external-secrets"
        ? client.list(EXTERNAL_SECRETS, "ExternalSecret").map((one) => client.referenceOf(one))
        : [],
  },
  reconcile(secret, context) {
    if (!isUp(context) || secret.metadata.deletionTimestamp) return;
    const { now } = context;
    const age = now - Date.parse(secret.metadata.creationTimestamp);
    if (age < context.scaled(SYNC_MILLISECONDS)) {
      context.after(SYNC_MILLISECONDS);
      return;
    }
    const wait = untilRefresh(secret, context);
    if (wait > 0) {
      context.after(wait / context.options.latencyScale);
      return;
    }
    sync(secret, context);
  },
};

/** A changed specification or a `force-sync` annotation is seen by the version that was synced last. */
const versionOf = (secret: ApiObject): string => {
  const { annotations, labels } = secret.metadata;
  const hash = createHash("md5")
    .update(JSON.stringify([annotations ?? {}, labels ?? {}]))
    .digest("hex");
  return `${secret.metadata.generation ?? 1}-${hash}`;
};

/** Milliseconds; nothing if it is due, never (Infinity would do) if it is synced and not to be refreshed. */
function untilRefresh(secret: ApiObject, { client, now }: ReconcileContext): number {
  const refreshed = Date.parse(textAt(secret, "status", "refreshTime"));
  if (
    !isTrue(secret, "Ready") ||
    Number.isNaN(refreshed) ||
    textAt(secret, "status", "syncedResourceVersion") !== versionOf(secret)
  )
    return 0;
  if (!client.get("v1", "Secret", secret.metadata.namespace, targetOf(secret))) return 0;
  const interval = parseDuration(textAt(secret, "spec", "refreshInterval") || "1h");
  return Math.max(0, refreshed + interval - now);
}

const targetOf = (secret: ApiObject): string =>
  textAt(secret, "spec", "target", "name") || secret.metadata.name;

type Fetched = { data: Strings } | { problem: string };

function fetchAll(secret: ApiObject, context: ReconcileContext): Fetched {
  const store = storeOf(secret, context);
  if (!store)
    return {
      problem: `could not get provider client: could not get ClusterSecretStore "${textAt(secret, "spec", "secretStoreRef", "name")}", not found`,
    };
  if (!isTrue(store, "Ready"))
    return { problem: `the desired SecretStore ${store.metadata.name} is not ready` };
  const role = roleOf(store, context);
  if (typeof role === "string") return { problem: role };
  const data: Strings = {};
  for (const item of mapsAt(secret, "spec", "data")) {
    const key = textAt(item, "remoteRef", "key");
    const value = parameter(key, role.arn, context);
    if (typeof value !== "string")
      return { problem: `error processing spec.data[0] (key: ${key}), err: ${value.problem}` };
    data[String(item.secretKey)] = Buffer.from(value).toString("base64");
  }
  return { data };
}

function parameter(
  key: string,
  roleArn: string,
  { options, world }: ReconcileContext,
): string | { problem: string } {
  const { aws } = options;
  try {
    const resource = `arn:aws:ssm:${aws.region}:${aws.accountId}:parameter/${key.replace(/^\//, "")}`;
    aws.authorize({ roleArn, sessionName: "external-secrets-provider-aws" }, "ssm:GetParameter", resource);
  } catch (error) {
    return {
      problem: `operation error SSM: GetParameter, https response error StatusCode: 400, api error AccessDeniedException: ${(error as Error).message}`,
    };
  }
  const found = world.collection<{ value: string }>(COLLECTIONS.parameters).get(key);
  return found?.value ?? { problem: "Secret does not exist" };
}

function sync(secret: ApiObject, context: ReconcileContext): void {
  const { client, now } = context;
  const fetched = fetchAll(secret, context);
  const observed = { refreshTime: timestamp(now), syncedResourceVersion: versionOf(secret) };
  if ("problem" in fetched) {
    const message = `could not get secret data from provider: ${fetched.problem}`;
    const condition = { type: "Ready", status: "False" as const, reason: "SecretSyncedError", message };
    client.patch(
      secret,
      { status: { ...observed, conditions: withConditions(secret, now, condition) } },
      "status",
    );
    context.after(RETRY_MILLISECONDS);
    return;
  }
  store(secret, fetched.data, client);
  const condition = {
    type: "Ready",
    status: "True" as const,
    reason: "SecretSynced",
    message: "secret synced",
  };
  const conditions = withConditions(secret, now, condition);
  client.patch(
    secret,
    { status: { ...observed, binding: { name: targetOf(secret) }, conditions } },
    "status",
  );
}

function store(secret: ApiObject, data: Strings, client: ReconcileContext["client"]): void {
  const name = targetOf(secret);
  const { namespace } = secret.metadata;
  const hash = createHash("sha3-224").update(JSON.stringify(data)).digest("hex");
  const metadata: Fields = {
    annotations: { "reconcile.external-secrets.io/data-hash": hash },
    labels: {
      "reconcile.external-secrets.io/created-by": createHash("sha3-224")
        .update(`${namespace}/${secret.metadata.name}`)
        .digest("hex"),
      "reconcile.external-secrets.io/managed": "true",
    },
  };
  const known = client.get("v1", "Secret", namespace, name);
  if (known) {
    if (known.metadata.annotations?.["reconcile.external-secrets.io/data-hash"] !== hash)
      client.patch(known, { metadata, data });
    return;
  }
  const owners =
    textAt(secret, "spec", "target", "creationPolicy") === "Orphan"
      ? {}
      : { ownerReferences: [ownerReference(secret)] };
  client.create({
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name, namespace: namespace ?? "default", ...metadata, ...owners },
    data,
  });
}

export const externalSecretsControllers: readonly Controller[] = [
  stores("ClusterSecretStore"),
  stores("SecretStore"),
  externalSecrets,
];
