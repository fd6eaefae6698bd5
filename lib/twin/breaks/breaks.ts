import { API_BREAKS } from "./api.ts";
import type { Break } from "./break.ts";
import { BUILD_BREAKS } from "./builds.ts";
import { DNS_BREAKS } from "./dns.ts";
import { EKS_BREAKS } from "./eks.ts";
import { WORKLOAD_BREAKS } from "./workloads.ts";

/** Every break there is; `strata twin breaks` lists them. */
export const BREAKS: readonly Break[] = [
  ...EKS_BREAKS,
  ...DNS_BREAKS,
  ...WORKLOAD_BREAKS,
  ...BUILD_BREAKS,
  ...API_BREAKS,
];
