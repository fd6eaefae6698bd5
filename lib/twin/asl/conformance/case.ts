import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Json } from "../../world/world.ts";

const json: z.ZodType<Json> = z.json();

/** One event of a recorded history; ids and scope are null where the record masks them. */
const EventSchema = z.looseObject({
  id: z.int().nullish(),
  previousEventId: z.int().nullish(),
  type: z.string(),
  state: z.string().nullish(),
  index: z.int().nullish(),
  scope: z.array(z.string()).nullish(),
});
export type RecordedEvent = z.infer<typeof EventSchema>;

const TaskResultSchema = z.looseObject({
  state: z.string().nullish(),
  scope: z.array(z.string()).nullish(),
  outcome: z.enum(["succeeded", "failed", "timedOut", "none"]),
  eventType: z.string().nullish(),
  submittedOutput: json.optional(),
  output: json.optional(),
  error: z.string().nullish(),
  cause: json.optional(),
});
export type TaskResult = z.infer<typeof TaskResultSchema>;

/** A recorded execution, in the format of the recorded cases' own description. */
const CaseSchema = z.looseObject({
  id: z.string(),
  category: z.enum(["pure", "task", "external"]),
  features: z.array(z.string()),
  recordKind: z.string(),
  definition: json,
  input: json.optional(),
  expected: z.looseObject({
    status: z.enum(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
    output: json.optional(),
    error: z.string().nullish(),
    cause: json.optional(),
  }),
  events: z.array(EventSchema).default([]),
  taskResults: z.array(TaskResultSchema).default([]),
  externalActions: z.array(z.unknown()).default([]),
  parallelEventsMasked: z.boolean().default(false),
  placeholderTokens: z.array(z.string()).default([]),
});
export type Case = z.infer<typeof CaseSchema>;

/** The cases of a directory (or of its `cases/`), by file name. */
export function readCases(directory: string): { file: string; read: () => Case }[] {
  const nested = readdirSync(directory).includes("cases") ? join(directory, "cases") : directory;
  return readdirSync(nested)
    .filter((name) => name.endsWith(".json") && name !== "index.json")
    .sort()
    .map((name) => ({
      file: name,
      read: () => CaseSchema.parse(JSON.parse(readFileSync(join(nested, name), "utf8"))),
    }));
}
