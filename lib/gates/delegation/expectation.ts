import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

/** The zone is the environment's domain. */
export const DelegationExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /**
   * False where nothing needs the world to know the zone yet: then the owner is asked, and nothing waits for the
   * answer. The layer that needs it has the gate again, with `true`.
   */
  waits: z.boolean(),
  /** Labels below the domain that resolvers of the world must know, once the zone is delegated. */
  hosts: z.array(z.string()).default([]),
});
export type DelegationExpectation = z.infer<typeof DelegationExpectationSchema>;
