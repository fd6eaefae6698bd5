import { SYSTEM_MASTERS } from "../kubernetes/contract.ts";
import { addFault } from "../world/faults.ts";
import { COLLECTIONS } from "../world/records.ts";
import type { Break } from "./break.ts";

export const WORKLOAD_BREAKS: readonly Break[] = [
  {
    name: "argocd-degraded",
    description: "a workload of the onlineboutique Application crashes, so ArgoCD says Degraded",
    prepare: ({ world }) => addFault(world, { kind: "application-degraded", application: "onlineboutique" }),
  },
  {
    name: "argocd-out-of-sync",
    description: "the onlineboutique Application is Healthy, but OutOfSync",
    prepare: ({ world }) =>
      addFault(world, { kind: "application-out-of-sync", application: "onlineboutique" }),
  },
  {
    name: "image-unpullable",
    description: "the image of Online Boutique's frontend cannot be pulled",
    prepare: ({ world }) => addFault(world, { kind: "image-unpullable", image: "/frontend:" }),
  },
  {
    name: "webhook-without-ca",
    description: "cert-manager's webhook never gets its CA bundle",
    prepare({ world, environment, kubernetes }) {
      addFault(world, { kind: "webhook-without-ca", webhook: "cert-manager-webhook" });
      if (!world.collection(COLLECTIONS.clusters).has(environment)) return;
      // Where it has one already, it loses it.
      kubernetes.cluster(environment).handle({
        user: SYSTEM_MASTERS,
        method: "PATCH",
        path: "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/cert-manager-webhook",
        contentType: "application/json-patch+json",
        body: [{ op: "remove", path: "/webhooks/0/clientConfig/caBundle" }],
      });
    },
  },
];
