/** The members that Kubernetes objects have in common, as far as a gate reads them. */
import * as z from "zod";

export const MetadataSchema = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  generation: z.int().optional(),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
});
export type Metadata = z.infer<typeof MetadataSchema>;

export const ConditionSchema = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  observedGeneration: z.int().optional(),
  /** Since when it has its status. */
  lastTransitionTime: z.string().nullish(),
});
export type Condition = z.infer<typeof ConditionSchema>;
export const ConditionsSchema = z.array(ConditionSchema).optional();

/**
 * The condition, unless the controller wrote it before it saw the object's present generation: then it is about
 * something that is no longer asked for.
 */
export function currentCondition(
  object: { metadata: Metadata; status?: { conditions?: Condition[] | undefined } | undefined },
  type: string,
): Condition | undefined {
  const condition = object.status?.conditions?.find((candidate) => candidate.type === type);
  const stale = (condition?.observedGeneration ?? Infinity) < (object.metadata.generation ?? 0);
  return stale ? undefined : condition;
}

/** `Ready=False (ErrRegisterACMEAccount: …)`, or that it is missing. */
export const describeCondition = (condition: Condition | undefined, type: string): string => {
  if (!condition) return `no current condition ${type}`;
  const why = [condition.reason, condition.message].filter(Boolean).join(": ");
  return `${type}=${condition.status}${why ? ` (${why})` : ""}`;
};
