import { addFault } from "../world/faults.ts";
import type { Json } from "../world/world.ts";
import type { Break } from "./break.ts";

/** A rule of the backups' bucket that nobody's Terraform made, in the words of its resource. */
const ruleAdded = (name: string, description: string, rule: { [field: string]: Json }): Break => ({
  name,
  description,
  prepare: ({ world, environment }) =>
    addFault(world, {
      kind: "lifecycle-added",
      bucket: `${environment}-backups-`,
      rule: { status: "Enabled", ...rule },
    }),
});

export const STORAGE_BREAKS: readonly Break[] = [
  ruleAdded(
    "backups-archived",
    "somebody has added a rule that moves the backups' objects to Glacier after 90 days",
    { id: "move-to-glacier", transition: [{ days: 90, storage_class: "GLACIER" }] },
  ),
  ruleAdded(
    "backups-expire-early",
    "somebody has added a rule that deletes the backups' objects after 14 days",
    { id: "tidy-up", expiration: [{ days: 14 }] },
  ),
];
