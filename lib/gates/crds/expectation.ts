import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const CrdsExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Full names, `<plural>.<group>`: what the next layers plan custom resources of. */
  names: z.array(z.string()).min(1),
});
export type CrdsExpectation = z.infer<typeof CrdsExpectationSchema>;
