import type { Asset } from "aws-cdk-lib/aws-s3-assets";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Catalogue } from "../catalogue/define-layers.ts";
import type { Encryption } from "./encryption.ts";
import type { Grant } from "./grants.ts";
import type { Names } from "./names.ts";
import type { Stores } from "./stores.ts";

export interface RunGrantsProps {
  readonly names: Names;
  readonly catalogue: Catalogue;
  readonly encryption: Encryption;
  readonly stores: Stores;
}

const OF_EVERY_RUN = "Runs have no names at synth time; the prefix holds nothing but runs' objects.";

/** What the functions of a run may do, by what they do it for. */
export function runGrants({ names, catalogue, encryption, stores }: RunGrantsProps) {
  const data = encryption.data.keyArn;
  const plans = encryption.plans.keyArn;
  const bucket = stores.artefacts.bucketArn;
  const projects = catalogue.layers.flatMap(({ name }) => [
    names.planProject(name),
    names.applyProject(name),
  ]);

  const records: Grant[] = [
    {
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
      resources: [stores.table.tableArn],
    },
    { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [data] },
  ];
  return {
    records,
    /** Is an execution, or a build of it, still running? */
    whatIsAlive: [
      {
        actions: ["states:DescribeExecution"],
        resources: [names.arn("states", `execution:${names.stateMachine}:*`)],
        because: "Executions of this one machine; their names are given by whoever starts them.",
      },
      {
        actions: ["codebuild:ListBuildsForProject", "codebuild:BatchGetBuilds"],
        resources: projects.map((project) => names.arn("codebuild", `project/${project}`)),
      },
    ] satisfies Grant[],
    stageSource: (source: Asset): Grant[] => [
      { actions: ["s3:GetObject"], resources: [`${source.bucket.bucketArn}/${source.s3ObjectKey}`] },
      {
        actions: ["s3:PutObject", "s3:GetObject", "s3:GetObjectVersion"],
        resources: [`${bucket}/sources/*`],
        because: "A source is kept under its own sha256, which may be that of an older deployment.",
      },
    ],
    /** Reads a plan, writes what it means beside it. */
    review: [
      {
        actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
        resources: [`${bucket}/runs/*`],
        because: OF_EVERY_RUN,
      },
      { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [data, plans] },
    ] satisfies Grant[],
    findings: [
      {
        actions: ["s3:PutObject"],
        resources: [`${bucket}/runs/*/gates/*`, `${bucket}/checks/prove/*/gates/*`],
        because: OF_EVERY_RUN,
      },
      { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [data] },
    ] satisfies Grant[],
    /** Nobody else may use the key; where runs are not signed there is none. */
    signEvidence: (encryption.evidence
      ? [
          { actions: ["kms:Sign"], resources: [encryption.evidence.keyArn] },
          {
            actions: ["s3:PutObject"],
            resources: [`${bucket}/evidence/*`],
            because: "Runs have no names at synth time; the prefix holds nothing but their evidence.",
          },
        ]
      : []) satisfies Grant[],
    /** What still bears the environment's tags. */
    sweep: [
      {
        actions: ["tag:GetResources"],
        resources: ["*"],
        because: "It reads the account's own record of tags, and knows no resources.",
      },
      {
        actions: ["kms:DescribeKey"],
        resources: [names.arn("kms", "key/*")],
        conditions: { StringEquals: { "aws:ResourceTag/strata:environment": names.environment } },
        because: "Keys of layers have no names at synth time; the condition lets it see this environment's.",
      },
    ] satisfies Grant[],
    /** A topic is encrypted with the data key, so who publishes needs that, too. */
    notify: (topics: readonly ITopic[]): Grant[] => [
      { actions: ["sns:Publish"], resources: topics.map((topic) => topic.topicArn) },
      { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [data] },
    ],
  };
}
