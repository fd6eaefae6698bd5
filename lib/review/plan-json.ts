/**
 * The part of `terraform show -json <plan>` that a review reads. Unknown members are dropped; a plan in another
 * major format is refused rather than half understood.
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
import * as z from "zod";
import { PlanRejectedError } from "../run/errors.ts";
import { describeIssues } from "../run/parse-input.ts";

export const ResourceChangeSchema = z.object({
  address: z.string(),
  mode: z.enum(["managed", "data"]),
  type: z.string(),
  change: z.object({
    actions: z.array(z.string()),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    after_unknown: z.unknown().optional(),
    before_sensitive: z.unknown().optional(),
    after_sensitive: z.unknown().optional(),
  }),
});
export type ResourceChange = z.infer<typeof ResourceChangeSchema>;

export const PlanJsonSchema = z.object({
  format_version: z.string().startsWith("1.", "only major version 1 of the plan format is understood"),
  terraform_version: z.string().optional(),
  errored: z.boolean().optional(),
  resource_changes: z.array(ResourceChangeSchema).default([]),
  output_changes: z.record(z.string(), z.object({ actions: z.array(z.string()) })).default({}),
});
export type PlanJson = z.infer<typeof PlanJsonSchema>;

/** @throws PlanRejectedError: what cannot be read cannot be reviewed. */
export function parsePlan(text: string): PlanJson {
  const parsed = PlanJsonSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new PlanRejectedError(`plan.json: ${describeIssues(parsed.error)}`);
  if (parsed.data.errored) throw new PlanRejectedError("the plan is incomplete: terraform met errors");
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PlanRejectedError("plan.json is not JSON", { cause });
  }
}
