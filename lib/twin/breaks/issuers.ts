import type { Break } from "./break.ts";
import { lying, says } from "./lying.ts";

const PRODUCTION = {
  apiVersion: "cert-manager.io/v1",
  objectKind: "ClusterIssuer",
  name: "letsencrypt-production",
};

/** Issuers that say Ready. */
export const ISSUER_BREAKS: readonly Break[] = [
  lying("issuer-status-stale", "letsencrypt-production is ready for what it was before", {
    ...PRODUCTION,
    says: {
      metadata: { generation: 9 },
      status: {
        conditions: { 0: { ...says("Ready", "True", "ACMEAccountRegistered"), observedGeneration: 8 } },
      },
    },
  }),
  lying(
    "issuer-of-another-authority",
    "letsencrypt-production is ready with an account of the staging authority",
    {
      ...PRODUCTION,
      says: { status: { acme: { uri: "https://acme-staging-v02.api.letsencrypt.org/acme/acct/1" } } },
    },
  ),
  lying("issuer-without-account", "letsencrypt-production is ready, and no account is registered", {
    ...PRODUCTION,
    says: { status: { acme: { uri: null } } },
  }),
];
