import { addFault } from "../world/faults.ts";
import type { Break } from "./break.ts";

export const STORAGE_BREAKS: readonly Break[] = [
  {
    name: "backups-archived",
    description: "somebody has added a rule that moves the backups' objects to Glacier after 90 days",
    prepare: ({ world, environment }) =>
      addFault(world, { kind: "lifecycle-archives", bucket: `${environment}-backups-` }),
  },
];
