import type { Break } from "./break.ts";
import { lying } from "./lying.ts";

const certificate = (
  name: string,
  description: string,
  says: NonNullable<Parameters<typeof lying>[2]["says"]>,
) =>
  lying(name, description, {
    apiVersion: "cert-manager.io/v1",
    objectKind: "Certificate",
    namespace: "onlineboutique",
    name: "frontend-tls",
    says,
  });

/** A Certificate that is Ready, and a visitor who sees no fault in it yet. */
export const CERTIFICATE_BREAKS: readonly Break[] = [
  certificate(
    "certificate-renewal-overdue",
    "the app's certificate is Ready, and its renewal two hours late",
    { status: { renewalTime: "now-7200s" } },
  ),
  certificate("certificate-status-stale", "the app's certificate is Ready as it was asked for before", {
    metadata: { generation: 9 },
  }),
  certificate(
    "certificate-of-other-issuer",
    "the app's certificate is Ready, and the next one comes from staging",
    {
      spec: { issuerRef: { name: "letsencrypt-staging" } },
    },
  ),
  certificate("certificate-for-other-name", "the app's certificate is Ready, for a name that nobody visits", {
    spec: { dnsNames: ["www.example.org"] },
  }),
];
