import * as z from "zod";

const ConditionSchema = z.looseObject({
  type: z.string(),
  status: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  observedGeneration: z.number().optional(),
  lastTransitionTime: z.string().nullish(),
});
export type Condition = z.infer<typeof ConditionSchema>;

/** A list of conditions wherever one stands in an object: of it, of a listener, of a parent. */
export const ConditionsSchema = z.array(ConditionSchema);

const SubjectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z
    .looseObject({
      generation: z.number().optional(),
      deletionTimestamp: z.string().nullish(),
      annotations: z.record(z.string(), z.string()).nullish(),
    })
    .optional(),
  spec: z.record(z.string(), z.unknown()).nullish(),
  status: z
    .looseObject({
      observedGeneration: z.number().optional(),
      conditions: ConditionsSchema.nullish(),
    })
    .nullish(),
});

/** An object as rules read it: what is absent is empty. Versions are not told apart: health is a matter of the kind. */
export interface Subject {
  readonly group: string;
  readonly kind: string;
  readonly generation: number | undefined;
  readonly observedGeneration: number | undefined;
  readonly deleting: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>>;
  /** False if a controller has written no status at all. */
  readonly observed: boolean;
  readonly conditions: readonly Condition[];
}

/** @returns what is wrong with the object's shape instead, as text */
export function readSubject(object: unknown): Subject | string {
  const parsed = SubjectSchema.safeParse(object);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join(".") || "the object"}: ${issue?.message}`;
  }
  const { apiVersion, kind, metadata = {}, spec, status } = parsed.data;
  return {
    group: apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "",
    kind,
    generation: metadata.generation,
    observedGeneration: status?.observedGeneration,
    deleting: Boolean(metadata.deletionTimestamp),
    annotations: metadata.annotations ?? {},
    spec: spec ?? {},
    status: status ?? {},
    observed: Object.keys(status ?? {}).length > 0,
    conditions: status?.conditions ?? [],
  };
}

/** A number of the status or spec; absent fields of Go's omitempty are zeros that were not written. */
export const countOf = (fields: Readonly<Record<string, unknown>>, name: string): number | undefined =>
  typeof fields[name] === "number" ? fields[name] : undefined;

export const textOf = (fields: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  typeof fields[name] === "string" && fields[name] !== "" ? fields[name] : undefined;

/** Nested fields; empty if there are none. */
export const fieldsOf = (
  fields: Readonly<Record<string, unknown>>,
  name: string,
): Record<string, unknown> => {
  const value = fields[name];
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
};

/** A list of nested objects; what is no object in it is left out. */
export const listOf = (fields: Readonly<Record<string, unknown>>, name: string): Record<string, unknown>[] =>
  (Array.isArray(fields[name]) ? (fields[name] as unknown[]) : []).filter(
    (item): item is Record<string, unknown> => typeof item === "object" && item !== null,
  );
