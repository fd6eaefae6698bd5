import { connectEks, type Eks } from "../../lib/clients/eks.ts";
import { clusterOf, type WithCluster } from "../../lib/clients/kubernetes/connect.ts";
import { defineGate, type Gate } from "../../lib/gates/define-gate.ts";
import { EksExpectationSchema } from "../../lib/gates/eks/expectation.ts";
import { judgeEks } from "../../lib/gates/eks/judge.ts";
import { observeEks } from "../../lib/gates/eks/observe.ts";
import { EndOfLifeExpectationSchema } from "../../lib/gates/end-of-life/expectation.ts";
import { judgeEndOfLife } from "../../lib/gates/end-of-life/judge.ts";
import { observeEndOfLife } from "../../lib/gates/end-of-life/observe.ts";
import { environmentOf } from "../../lib/run/environment.ts";
import { createValidator } from "../create-validator.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_DOMAIN");
const GATES: readonly Gate<{ eks: Eks; withCluster: WithCluster }>[] = [
  defineGate({
    kind: "eks",
    expectation: EksExpectationSchema,
    observe: observeEks,
    judge: judgeEks,
  }),
  defineGate({
    kind: "end-of-life",
    expectation: EndOfLifeExpectationSchema,
    observe: observeEndOfLife,
    judge: (facts, expectation, now) => judgeEndOfLife(facts, expectation, now),
  }),
];

/** The cluster as AWS sees it, and for how long what runs in it is maintained. Only the latter asks the cluster's API. */
export const handler = createValidator({
  name: "validate-eks",
  environment: EnvironmentSchema,
  gates: GATES,
  connect: ({ STRATA_ENVIRONMENT }) => {
    const eks = connectEks();
    return { eks, withCluster: clusterOf(eks, STRATA_ENVIRONMENT) };
  },
});
