import type { Break } from "./break.ts";
import { lying, says } from "./lying.ts";

const external = (namespace: string, name: string) => ({
  apiVersion: "external-secrets.io/v1",
  objectKind: "ExternalSecret",
  namespace,
  name,
});
const CANARY = external("external-secrets", "canary");
const CUSTOM = external("onlineboutique", "onlineboutique-custom-secret");
const SECRET = { ...CUSTOM, apiVersion: "v1", objectKind: "Secret" };
const DENIED = says(
  "Ready",
  "False",
  "SecretSyncedError",
  "could not get secret data from provider: AccessDeniedException: not authorized to perform: ssm:GetParameter",
);

/** A store that is ready, and secrets that are synced. */
export const SECRET_BREAKS: readonly Break[] = [
  lying("store-path-unreadable", "the secret store is ready, and its role may not read the canary", {
    ...CANARY,
    says: { status: { conditions: [DENIED] } },
  }),
  lying("store-not-validated", "the secret store calls itself ready, without having been validated", {
    apiVersion: "external-secrets.io/v1",
    objectKind: "ClusterSecretStore",
    name: "parameter-store",
    says: { status: { conditions: [says("Ready", "True", "ValidationUnknown", "referent authentication")] } },
  }),
  lying("canary-not-refreshed", "external-secrets has died: the canary is synced, and was so an hour ago", {
    ...CANARY,
    says: { status: { refreshTime: "now-3600s" } },
  }),
  lying("canary-secret-gone", "the canary is synced, and its Secret is gone", {
    ...CANARY,
    apiVersion: "v1",
    objectKind: "Secret",
    isHidden: true,
  }),
  lying("secret-not-refreshed", "the app's secret is synced, and was so three hours ago", {
    ...CUSTOM,
    says: { status: { refreshTime: "now-10800s" } },
  }),
  lying("secret-of-older-generation", "the app's secret is synced as it was asked for before", {
    ...CUSTOM,
    says: { metadata: { generation: 9 } },
  }),
  lying("secret-orphaned", "the app's Secret is a copy that a restore left, which nobody renews", {
    ...SECRET,
    says: { metadata: { ownerReferences: null } },
  }),
  lying("secret-without-key", "the app's Secret is there, without the key that pods read", {
    ...SECRET,
    says: { data: { "custom-secret": null } },
  }),
];
