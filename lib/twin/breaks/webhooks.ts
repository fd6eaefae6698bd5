import type { Break } from "./break.ts";
import { lying } from "./lying.ts";

/** Webhooks that are configured, and refuse everything. */
export const WEBHOOK_BREAKS: readonly Break[] = [
  lying("webhook-ca-is-none", "the CA bundle of cert-manager's webhook is there, and is no certificate", {
    apiVersion: "admissionregistration.k8s.io/v1",
    objectKind: "ValidatingWebhookConfiguration",
    name: "cert-manager-webhook",
    says: { webhooks: { 0: { clientConfig: { caBundle: Buffer.from("pending").toString("base64") } } } },
  }),
  lying("webhook-mutating-without-ca", "only the mutating webhook of cert-manager has no CA bundle", {
    apiVersion: "admissionregistration.k8s.io/v1",
    objectKind: "MutatingWebhookConfiguration",
    name: "cert-manager-webhook",
    says: { webhooks: { 0: { clientConfig: { caBundle: null } } } },
  }),
  lying("webhook-without-endpoints", "nobody is ready behind the Service of cert-manager's webhook", {
    apiVersion: "discovery.k8s.io/v1",
    objectKind: "EndpointSlice",
    namespace: "cert-manager",
    name: "cert-manager-webhook*",
    says: { endpoints: { 0: { conditions: { ready: false } }, 1: { conditions: { ready: false } } } },
  }),
];
