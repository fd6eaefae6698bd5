import { connectEks } from "../../lib/clients/eks.ts";
import { clusterOf } from "../../lib/clients/kubernetes/connect.ts";
import { ArgocdExpectationSchema } from "../../lib/gates/argocd/expectation.ts";
import { judgeArgocd } from "../../lib/gates/argocd/judge.ts";
import { observeArgocd } from "../../lib/gates/argocd/observe.ts";
import { defineGate } from "../../lib/gates/define-gate.ts";
import { environmentOf } from "../../lib/run/environment.ts";
import { createValidator } from "../create-validator.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_DOMAIN");
const GATES = [
  defineGate({
    kind: "argocd",
    expectation: ArgocdExpectationSchema,
    observe: observeArgocd,
    judge: judgeArgocd,
  }),
];

/** The application that Argo CD deploys: synced, healthy, and really running. */
export const handler = createValidator({
  name: "validate-argocd",
  environment: EnvironmentSchema,
  gates: GATES,
  connect: ({ STRATA_ENVIRONMENT }) => ({ withCluster: clusterOf(connectEks(), STRATA_ENVIRONMENT) }),
});
