import type { Grant } from "../grants.ts";
import type { LayerRoleProps } from "./layer-role.ts";

const OWN_RUNS = "Plan objects of this layer in any run; runs have no names at synth time.";

/** What every build of a layer may do, whatever its Terraform declares. */
export function buildGrants(props: LayerRoleProps): Grant[] {
  const { names, layer, mode } = props;
  const project = mode === "plan" ? names.planProject(layer.name) : names.applyProject(layer.name);
  return [
    ...stateGrants(props),
    ...artefactGrants(props),
    {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [names.arn("logs", `log-group:/strata/${names.environment}/builds/${project}:*`)],
      because: "The streams of its own log group, one a build.",
    },
    { actions: ["eks:DescribeCluster"], resources: [names.arn("eks", `cluster/${names.cluster}`)] },
    ...networkGrants(props),
  ];
}

/** Its own state and lock, and the states below it, read only. */
function stateGrants({ layer, upstream, mode, stores, encryption }: LayerRoleProps): Grant[] {
  const bucket = stores.state.bucketArn;
  const own = `${bucket}/${layer.name}/terraform.tfstate`;
  return [
    {
      actions: ["s3:ListBucket", "s3:GetBucketLocation"],
      resources: [bucket],
    },
    {
      actions: ["s3:GetObject"],
      resources: [own, ...upstream.map((name) => `${bucket}/${name}/terraform.tfstate`)],
    },
    // A plan takes the lock, too: `use_lockfile` writes this object with If-None-Match and deletes it.
    { actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], resources: [`${own}.tflock`] },
    ...(mode === "apply" ? [{ actions: ["s3:PutObject"], resources: [own] }] : []),
    { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [encryption.data.keyArn] },
  ];
}

/** The source and the mirror, read; its own plan objects, written by the plan and read by the apply. */
function artefactGrants({ layer, mode, stores, encryption }: LayerRoleProps): Grant[] {
  const bucket = stores.artefacts.bucketArn;
  return [
    {
      actions: ["s3:GetObject", "s3:GetObjectVersion"],
      resources: [`${bucket}/sources/*`, `${bucket}/mirror/*`],
      because: "Sources are named by their sha256, mirrored downloads by their version.",
    },
    {
      actions: mode === "plan" ? ["s3:PutObject"] : ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
      resources: [`${bucket}/runs/*/${layer.name}/*`],
      because: OWN_RUNS,
    },
    { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [encryption.plans.keyArn] },
  ];
}

/** CodeBuild attaches a build to the VPC under the build's own role. */
function networkGrants({ names }: LayerRoleProps): Grant[] {
  return [
    {
      actions: [
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
      ],
      resources: ["*"],
      because:
        "The interfaces don't exist before the build; AWS documents these calls with no narrower resource.",
    },
    {
      actions: ["ec2:CreateNetworkInterfacePermission"],
      resources: [names.arn("ec2", "network-interface/*")],
      conditions: { StringEquals: { "ec2:AuthorizedService": "codebuild.amazonaws.com" } },
      because: "An interface's ARN ends with an id; only CodeBuild may be given one.",
    },
  ];
}
