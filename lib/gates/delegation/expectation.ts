import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

/** The zone is the environment's domain. */
export const DelegationExpectationSchema = z.strictObject({ ...GATE_FIELDS });
export type DelegationExpectation = z.infer<typeof DelegationExpectationSchema>;
