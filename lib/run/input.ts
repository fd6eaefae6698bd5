import * as z from "zod";

/** What a person types into the Step Functions console. `{"operation":"deploy","reason":"…"}` is enough. */
export const RunInputSchema = z.strictObject({
  operation: z.enum(["deploy", "plan", "destroy"]),
  /** Layer names, or "all". Dependencies are added for deploy, dependents for destroy. */
  layers: z.union([z.literal("all"), z.array(z.string().min(1)).min(1)]).default("all"),
  approval: z.enum(["always", "on-change", "on-destroy", "never"]).optional(),
  reason: z.string().trim().min(1, "say why, in a few words: it is kept with the run"),
  requestedBy: z.string().min(1).optional(),
  /** Addresses of protected resources that this run may destroy or replace. */
  allowDestroy: z.array(z.string().min(1)).default([]),
  /** Destroy only: why layers that keep data go without a backup that was proven within a day. */
  withoutFinalBackup: z.string().trim().min(1, "say why, in a few words: it is kept with the run").optional(),
});
export type RunInput = z.infer<typeof RunInputSchema>;
export type ApprovalPolicy = NonNullable<RunInput["approval"]>;
