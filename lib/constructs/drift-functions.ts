import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Catalogue } from "../catalogue/define-layers.ts";
import type { Encryption } from "./encryption.ts";
import type { Grant } from "./grants.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Names } from "./names.ts";
import type { Network } from "./network.ts";
import type { Notifications } from "./notifications.ts";
import { proofGrants } from "./proof-grants.ts";
import type { Stores } from "./stores.ts";

export interface DriftFunctionsProps {
  readonly names: Names;
  readonly catalogue: Catalogue;
  readonly encryption: Encryption;
  readonly stores: Stores;
  readonly notifications: Notifications;
  readonly network: Network;
}

/** Reads eight plans of some megabytes, asks CloudTrail at two questions a second: a minute as a rule. */
const JUDGE_TIMEOUT = Duration.minutes(2);

/** The functions of the drift machine. They read. */
export class DriftFunctions extends Construct {
  readonly prepare: HandlerFunction;
  readonly judge: HandlerFunction;
  /** Stands where it reaches the cluster, and may do there what the gates' functions may. */
  readonly sweep: HandlerFunction;

  constructor(scope: Construct, id: string, props: DriftFunctionsProps) {
    super(scope, id);
    const { names, encryption, stores, notifications } = props;
    const record = {
      STRATA_ENVIRONMENT: names.environment,
      STRATA_TABLE: stores.table.tableName,
      STRATA_ARTEFACT_BUCKET: stores.artefacts.bucketName,
    };
    const shared = { names, logKey: encryption.data };
    this.prepare = new HandlerFunction(this, "prepare-drift", {
      ...shared,
      handler: "prepare-drift",
      description: "Says which layers are scanned for drift, each as it was applied last",
      timeout: Duration.seconds(30),
      environment: record,
      grants: [
        { actions: ["dynamodb:GetItem"], resources: [stores.table.tableArn] },
        { actions: ["kms:Decrypt"], resources: [encryption.data.keyArn] },
        buildHistory(props),
      ],
    });
    this.sweep = new HandlerFunction(this, "sweep-cluster", {
      ...shared,
      handler: "sweep-cluster",
      description: "Finds what somebody has made or edited in the cluster by hand",
      timeout: Duration.minutes(1),
      network: { vpc: props.network.vpc, securityGroup: props.network.gates },
      environment: { STRATA_ENVIRONMENT: names.environment },
      grants: [
        { actions: ["eks:DescribeCluster"], resources: [names.arn("eks", `cluster/${names.cluster}`)] },
      ],
    });
    this.judge = new HandlerFunction(this, "judge-drift", {
      ...shared,
      handler: "judge-drift",
      description: "Says what has drifted, who did it, and what of it is news",
      timeout: JUDGE_TIMEOUT,
      environment: {
        ...record,
        STRATA_TOPIC_ARN: notifications.events.topicArn,
        STRATA_ACTION_TOPIC_ARN: notifications.action.topicArn,
      },
      grants: [...proofGrants(props), buildHistory(props), ...judgeGrants(props)],
    });
  }
}

/** Has a build begun to change a layer since it was proven? */
const buildHistory = ({ names, catalogue }: DriftFunctionsProps): Grant => ({
  actions: ["codebuild:ListBuildsForProject", "codebuild:BatchGetBuilds"],
  resources: catalogue.layers.map(({ name }) =>
    names.arn("codebuild", `project/${names.applyProject(name)}`),
  ),
});

function judgeGrants({ names, stores, encryption }: DriftFunctionsProps): Grant[] {
  // Who edited an object of the cluster stands there, and nowhere else.
  const auditLog = names.arn("logs", `log-group:/aws/eks/${names.cluster}/cluster`);
  const bucket = stores.artefacts.bucketArn;
  return [
    { actions: ["dynamodb:Query"], resources: [stores.table.tableArn] },
    {
      actions: ["s3:GetObject", "s3:GetObjectVersion"],
      resources: [`${bucket}/runs/*/plan.json`, `${bucket}/runs/*/manifest.json`],
      because: "Plans of a scan lie with those of runs; executions have no names at synth time.",
    },
    {
      actions: ["s3:PutObject"],
      resources: [`${bucket}/checks/drift/*`],
      because: "Executions have no names at synth time; the prefix holds nothing but what they found.",
    },
    { actions: ["kms:Decrypt"], resources: [encryption.plans.keyArn] },
    {
      actions: ["logs:FilterLogEvents"],
      resources: [auditLog, `${auditLog}:*`],
      because: "The log group's own ARN; CloudWatch Logs writes it with and without the star of its streams.",
    },
    {
      actions: ["tag:GetResources", "cloudtrail:LookupEvents"],
      resources: ["*"],
      because: "Both read the account's own records, and know no resources.",
    },
  ];
}
