import * as z from "zod";

/** What every gate of the catalogue has, beside what its kind expects. */
export const GATE_FIELDS = {
  kind: z.string(),
  deadlineMinutes: z.number().positive(),
  firstLookSeconds: z.number().min(0).optional(),
};
