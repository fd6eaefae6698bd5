import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const CrdsExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** What the next layers plan custom resources of: full names, `<plural>.<group>`, and the version they are written in. */
  crds: z.array(z.strictObject({ name: z.string(), version: z.string() })).min(1),
});
export type CrdsExpectation = z.infer<typeof CrdsExpectationSchema>;
