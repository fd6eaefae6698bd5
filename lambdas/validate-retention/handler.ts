import { connectLifecycles } from "../../lib/clients/bucket-lifecycle.ts";
import { connectEks } from "../../lib/clients/eks.ts";
import { clusterOf } from "../../lib/clients/kubernetes/connect.ts";
import { defineGate } from "../../lib/gates/define-gate.ts";
import { RetentionExpectationSchema } from "../../lib/gates/retention/expectation.ts";
import { judgeRetention } from "../../lib/gates/retention/judge.ts";
import { observeRetention } from "../../lib/gates/retention/observe.ts";
import { environmentOf } from "../../lib/run/environment.ts";
import { createValidator } from "../create-validator.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_DOMAIN");
const GATES = [
  defineGate({
    kind: "retention",
    expectation: RetentionExpectationSchema,
    observe: observeRetention,
    judge: judgeRetention,
  }),
];

/** Do the buckets keep what Velero promises? */
export const handler = createValidator({
  name: "validate-retention",
  environment: EnvironmentSchema,
  gates: GATES,
  connect: ({ STRATA_ENVIRONMENT }) => ({
    withCluster: clusterOf(connectEks(), STRATA_ENVIRONMENT),
    lifecycles: connectLifecycles(),
  }),
});
