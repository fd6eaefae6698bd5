import type { WithCluster } from "../clients/kubernetes/connect.ts";
import { CrdsExpectationSchema } from "./crds/expectation.ts";
import { judgeCrds } from "./crds/judge.ts";
import { observeCrds } from "./crds/observe.ts";
import { defineGate, type Gate } from "./define-gate.ts";
import { NodesExpectationSchema } from "./nodes/expectation.ts";
import { judgeNodes } from "./nodes/judge.ts";
import { observeNodes } from "./nodes/observe.ts";
import { SecretStoreExpectationSchema } from "./secret-store/expectation.ts";
import { judgeSecretStore } from "./secret-store/judge.ts";
import { observeSecretStore } from "./secret-store/observe.ts";
import { SecretsExpectationSchema } from "./secrets/expectation.ts";
import { judgeSecrets } from "./secrets/judge.ts";
import { observeSecrets } from "./secrets/observe.ts";
import { TargetsExpectationSchema } from "./targets/expectation.ts";
import { judgeTargets } from "./targets/judge.ts";
import { observeTargets } from "./targets/observe.ts";
import { VeleroExpectationSchema } from "./velero/expectation.ts";
import { judgeVelero } from "./velero/judge.ts";
import { observeVelero } from "./velero/observe.ts";
import { WebhooksExpectationSchema } from "./webhooks/expectation.ts";
import { judgeWebhooks } from "./webhooks/judge.ts";
import { observeWebhooks } from "./webhooks/observe.ts";
import { WorkloadsExpectationSchema } from "./workloads/expectation.ts";
import { judgeWorkloads } from "./workloads/judge.ts";
import { observeWorkloads } from "./workloads/observe.ts";

export interface ClusterPorts {
  readonly withCluster: WithCluster;
}

/** The kinds that `validate-workloads` judges: everything that is asked of the cluster's API alone. */
export const CLUSTER_GATES: readonly Gate<ClusterPorts>[] = [
  defineGate({
    kind: "nodes",
    expectation: NodesExpectationSchema,
    observe: observeNodes,
    judge: judgeNodes,
  }),
  defineGate({
    kind: "workloads",
    expectation: WorkloadsExpectationSchema,
    observe: observeWorkloads,
    judge: judgeWorkloads,
  }),
  defineGate({ kind: "crds", expectation: CrdsExpectationSchema, observe: observeCrds, judge: judgeCrds }),
  defineGate({
    kind: "webhooks",
    expectation: WebhooksExpectationSchema,
    observe: observeWebhooks,
    judge: judgeWebhooks,
  }),
  defineGate({
    kind: "secret-store",
    expectation: SecretStoreExpectationSchema,
    observe: observeSecretStore,
    judge: judgeSecretStore,
  }),
  defineGate({
    kind: "secrets",
    expectation: SecretsExpectationSchema,
    observe: observeSecrets,
    judge: judgeSecrets,
  }),
  defineGate({
    kind: "targets",
    expectation: TargetsExpectationSchema,
    observe: observeTargets,
    judge: judgeTargets,
  }),
  defineGate({
    kind: "velero",
    expectation: VeleroExpectationSchema,
    observe: observeVelero,
    judge: judgeVelero,
  }),
];
