import { addFault } from "../world/faults.ts";
import type { Break } from "./break.ts";
import { lying } from "./lying.ts";

export const EDGE_BREAKS: readonly Break[] = [
  {
    name: "balancer-without-targets",
    description: "the load balancer is active, and every target behind it fails its health checks",
    prepare: ({ world }) => addFault(world, { kind: "targets-unhealthy" }),
  },
  {
    name: "site-replaced",
    description: "somebody else's page answers at app.<domain>, with status 200",
    prepare: ({ world, domain }) => addFault(world, { kind: "site-replaced", host: `app.${domain}` }),
  },
  {
    name: "edge-shows-its-own",
    description: "app.<domain> has its certificate, and the edge shows the one that it came with",
    prepare: ({ world, domain }) => addFault(world, { kind: "edge-shows-its-own", host: `app.${domain}` }),
  },
  lying("redirect-missing", "the app is served with TLS, and without it, too", {
    apiVersion: "networking.k8s.io/v1",
    objectKind: "Ingress",
    namespace: "onlineboutique",
    name: "frontend",
    says: { metadata: { annotations: { "nginx.ingress.kubernetes.io/ssl-redirect": "false" } } },
  }),
];
