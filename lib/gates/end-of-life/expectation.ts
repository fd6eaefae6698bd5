import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const AREAS = ["cluster", "chart", "runtime"] as const;

export const EndOfLifeExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Days before an end from which on it is told. */
  noticeDays: z.int().positive(),
  /** Where an end that has come fails the gate; elsewhere it is a warning for as long as it lasts. */
  enforced: z.array(z.enum(AREAS)),
});
export type EndOfLifeExpectation = z.infer<typeof EndOfLifeExpectationSchema>;
