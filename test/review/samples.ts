import type { ResourceChange } from "../../lib/review/plan-json.ts";

export function change(address: string, actions: string[], rest: Partial<ResourceChange["change"]> = {}) {
  const type = address.split(".")[0] ?? "";
  return { address, mode: "managed" as const, type, change: { actions, ...rest } };
}

export const planOf = (...resource_changes: ResourceChange[]) => ({
  format_version: "1.2",
  resource_changes,
  output_changes: {},
});
