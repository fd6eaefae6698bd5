import { connectEks } from "../../lib/clients/eks.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { defineGate } from "../../lib/gates/define-gate.ts";
import { EksExpectationSchema } from "../../lib/gates/eks/expectation.ts";
import { judgeEks } from "../../lib/gates/eks/judge.ts";
import { observeEks } from "../../lib/gates/eks/observe.ts";
import { prove } from "../../lib/gates/prove.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { GateReportSchema, ValidateEventSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_DOMAIN");
const GATES = [
  defineGate({
    kind: "eks",
    expectation: EksExpectationSchema,
    observe: observeEks,
    judge: judgeEks,
  }),
];

/** The cluster as AWS sees it. Needs no access to the cluster's own API. */
export const handler = createHandler({
  name: "validate-eks",
  input: ValidateEventSchema,
  output: GateReportSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    return { settings, objects: connectObjectStore(), ports: { eks: connectEks() } };
  },
  handle: (event, { settings, objects, ports }, now) =>
    prove(event, GATES, ports, objects, {
      environment: settings.STRATA_ENVIRONMENT,
      domain: settings.STRATA_DOMAIN,
      now,
    }),
});
