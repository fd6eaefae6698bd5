import { API_BREAKS } from "./api.ts";
import { APPLICATION_BREAKS } from "./applications.ts";
import { BACKUP_BREAKS } from "./backups.ts";
import type { Break } from "./break.ts";
import { BUILD_BREAKS } from "./builds.ts";
import { CERTIFICATE_BREAKS } from "./certificates.ts";
import { DEFINITION_BREAKS } from "./definitions.ts";
import { DNS_BREAKS } from "./dns.ts";
import { EDGE_BREAKS } from "./edge.ts";
import { EKS_BREAKS } from "./eks.ts";
import { END_OF_LIFE_BREAKS } from "./ends-of-life.ts";
import { ISSUER_BREAKS } from "./issuers.ts";
import { NODE_BREAKS } from "./nodes.ts";
import { RESTORE_BREAKS } from "./restores.ts";
import { ROLLOUT_BREAKS } from "./rollouts.ts";
import { SECRET_BREAKS } from "./secrets.ts";
import { STORAGE_BREAKS } from "./storage.ts";
import { TARGET_BREAKS } from "./targets.ts";
import { WEBHOOK_BREAKS } from "./webhooks.ts";
import { WORKLOAD_BREAKS } from "./workloads.ts";

/** Every break there is; `strata twin breaks` lists them. */
export const BREAKS: readonly Break[] = [
  ...EKS_BREAKS,
  ...DNS_BREAKS,
  ...EDGE_BREAKS,
  ...STORAGE_BREAKS,
  ...WORKLOAD_BREAKS,
  ...NODE_BREAKS,
  ...ROLLOUT_BREAKS,
  ...DEFINITION_BREAKS,
  ...WEBHOOK_BREAKS,
  ...END_OF_LIFE_BREAKS,
  ...ISSUER_BREAKS,
  ...CERTIFICATE_BREAKS,
  ...SECRET_BREAKS,
  ...APPLICATION_BREAKS,
  ...TARGET_BREAKS,
  ...BACKUP_BREAKS,
  ...BUILD_BREAKS,
  ...API_BREAKS,
  ...RESTORE_BREAKS,
];

/** The breaks of these names, in the order of the list. @throws for a name that none has */
export function breaksNamed(names: readonly string[]): Break[] {
  const unknown = names.filter((name) => !BREAKS.some((entry) => entry.name === name));
  if (unknown.length > 0) throw new Error(`there is no break ${unknown.join(", ")}`);
  return BREAKS.filter(({ name }) => names.includes(name));
}
