import type { ResourceKind } from "../kinds/resource-kind.ts";
import { CLUSTER_COLUMNS } from "./cluster-columns.ts";
import type { Column } from "./column.ts";
import { POLICY_COLUMNS } from "./policy-columns.ts";
import { WORKLOAD_COLUMNS } from "./workload-columns.ts";

export interface BuiltInColumns {
  /** Between Name and Age. */
  readonly before: readonly Column[];
  /** After Age, mostly for `-o wide`. */
  readonly after: readonly Column[];
  /** Of Name and Age, what is shown. @default both */
  readonly shows?: "name" | "neither";
}

const ALL: Readonly<Record<string, BuiltInColumns>> = {
  ...WORKLOAD_COLUMNS,
  ...CLUSTER_COLUMNS,
  ...POLICY_COLUMNS,
};

/** @see k8s.io/kubernetes/pkg/printers/internalversion/printers.go for names and order */
export const builtInColumns = (kind: ResourceKind): BuiltInColumns | undefined =>
  ALL[`${kind.group}/${kind.plural}`];
