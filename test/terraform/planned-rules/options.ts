import type { Variables } from "../planned-layer.ts";

/** The edge that differs most from the default one; Envoy's objects are judged where they are rendered. */
const ALB = { edge: "alb" };

/** The other value of what a layer lets be chosen, by directory: what is off by default must keep the rules too. */
export const OTHER_CHOICES: Readonly<Record<string, Variables>> = {
  foundation: {
    nat_per_zone: true,
    endpoint_mode: "public-restricted",
    public_access_cidrs: ["203.0.113.0/24"],
    zone: { create: false },
    pod_identity: true,
    interface_endpoints: ["guardduty-data"],
  },
  "platform/step02": ALB,
  "platform/step03": { ...ALB, challenge: "dns01", failover: { addresses: ["203.0.113.9"] } },
  observability: { ...ALB, high_availability: false },
  resilience: {
    recovery_region: "eu-west-1",
    move_snapshots: true,
    vault_lock: { min_days: 7, max_days: 60 },
  },
  security: { guardduty: { runtime_monitoring: true } },
  app: ALB,
};
