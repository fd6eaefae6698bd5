import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Aws, Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import {
  BuildSpec,
  ComputeType,
  type IProject,
  LinuxArmBuildImage,
  Project,
} from "aws-cdk-lib/aws-codebuild";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { parse } from "yaml";
import type { Catalogue, Layer } from "../catalogue/define-layers.ts";
import type { Configuration } from "../configuration/schema.ts";
import { buildTimes } from "./build-times.ts";
import type { Encryption } from "./encryption.ts";
import { LayerRole } from "./layer-permissions/layer-role.ts";
import type { Names } from "./names.ts";
import type { Network } from "./network.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import type { Stores } from "./stores.ts";
import { readTerraformSource } from "./terraform-source.ts";

/**
 * Amazon Linux 2023 on Graviton, with the AWS CLI; terraform is fetched by the build. Arm costs a third less
 * a minute than x86 of the same size, and terraform waits for AWS most of its time: the small size does.
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
 */
const IMAGE = LinuxArmBuildImage.fromCodeBuildImageId("aws/codebuild/amazonlinux-aarch64-standard:3.0");

export interface LayerProjectsProps {
  readonly names: Names;
  readonly catalogue: Catalogue;
  readonly configuration: Configuration;
  readonly encryption: Encryption;
  readonly stores: Stores;
  readonly network: Network;
  readonly boundaryArn: string;
  /** Roles of the functions that look into the cluster. */
  readonly validatorRoleArns: readonly string[];
  /** Roles that may restore backups, into sandboxes only. */
  readonly restorerRoleArns: readonly string[];
}

/** Per layer one project that plans and one that applies: timeout and role belong to the project. */
export class LayerProjects extends Construct {
  readonly #props: LayerProjectsProps;
  readonly #projects = new Map<string, IProject>();

  constructor(scope: Construct, id: string, props: LayerProjectsProps) {
    super(scope, id);
    this.#props = props;
    for (const layer of props.catalogue.layers)
      for (const mode of ["plan", "apply"] as const)
        this.#projects.set(`${mode} ${layer.name}`, this.#project(layer, mode));
  }

  /** Name of the project. */
  planOf(layer: Layer): string {
    return this.#props.names.planProject(layer.name);
  }

  applyOf(layer: Layer): string {
    return this.#props.names.applyProject(layer.name);
  }

  get arns(): string[] {
    return [...this.#projects.values()].map((project) => project.projectArn);
  }

  /** Of those that plan. */
  get planArns(): string[] {
    return [...this.#projects]
      .filter(([key]) => key.startsWith("plan "))
      .map(([, { projectArn }]) => projectArn);
  }

  get projectNames(): string[] {
    return [...this.#projects.values()].map((project) => project.projectName);
  }

  #project(layer: Layer, mode: "plan" | "apply"): IProject {
    const { names, encryption, network } = this.#props;
    const projectName = mode === "plan" ? names.planProject(layer.name) : names.applyProject(layer.name);
    const role = this.#role(layer, mode);
    const times = buildTimes(layer, mode);
    const project = new Project(this, `${mode}-${layer.name}`, {
      projectName,
      description: `${mode === "plan" ? "Plans" : "Applies reviewed plans of"} ${layer.name}: ${layer.purpose}`,
      buildSpec: inlineBuildSpec(mode),
      // Every right is granted by the role itself; the project would add others unasked.
      role: role.withoutPolicyUpdates(),
      grantReportGroupPermissions: false,
      environment: { buildImage: IMAGE, computeType: ComputeType.SMALL },
      environmentVariables: this.#environment(layer, mode, times.interruptAfterMinutes),
      timeout: Duration.minutes(times.buildMinutes),
      queuedTimeout: Duration.minutes(times.queueMinutes),
      encryptionKey: encryption.data,
      vpc: network.vpc,
      securityGroups: [network.builds],
      logging: {
        cloudWatch: {
          logGroup: new LogGroup(this, `${mode}-${layer.name}-logs`, {
            logGroupName: `/strata/${names.environment}/builds/${projectName}`,
            retention: RetentionDays.THREE_MONTHS,
            encryptionKey: encryption.data,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        },
      },
    });
    Validations.of(project).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason:
        "Of the policy that CDK draws up for a project in a VPC; the role takes no updates, so it is never made.",
    });
    // CodeBuild tries the role's network rights when the project is made.
    project.node.addDependency(role);
    return project;
  }

  #role(layer: Layer, mode: "plan" | "apply"): LayerRole {
    const { names, stores, encryption, boundaryArn } = this.#props;
    return new LayerRole(this, `${mode}-${layer.name}-role`, {
      names,
      layer,
      upstream: this.#upstream(layer),
      mode,
      source: readTerraformSource(join(PROJECT_ROOT, "terraform", layer.directory)),
      stores,
      encryption,
      boundaryArn,
    });
  }

  /** Every layer below, not only the next: outputs are read from the layer that has them. */
  #upstream(layer: Layer): string[] {
    const below = new Set(layer.dependsOn);
    for (const name of below)
      for (const further of this.#props.catalogue.layer(name).dependsOn) below.add(further);
    return [...below].sort();
  }

  #environment(
    layer: Layer,
    mode: "plan" | "apply",
    interruptAfterMinutes: number,
  ): Record<string, { value: string }> {
    const { names, stores, encryption, configuration } = this.#props;
    const { version, sha256 } = configuration.terraform;
    const values: Record<string, string> = {
      STRATA_ENVIRONMENT: names.environment,
      LAYER: layer.name,
      LAYER_DIRECTORY: layer.directory,
      STATE_BUCKET: stores.state.bucketName,
      STATE_KEY: `${layer.name}/terraform.tfstate`,
      STATE_KMS_KEY_ARN: encryption.data.keyArn,
      ARTEFACT_BUCKET: stores.artefacts.bucketName,
      PLAN_KMS_KEY_ARN: encryption.plans.keyArn,
      TERRAFORM_VERSION: version,
      TERRAFORM_SHA256_LINUX_AMD64: sha256.linux_amd64,
      TERRAFORM_SHA256_LINUX_ARM64: sha256.linux_arm64,
      INTERRUPT_AFTER_MINUTES: String(interruptAfterMinutes),
      TF_VAR_upstream: Stack.of(this).toJsonString({ bucket: stores.state.bucketName, region: Aws.REGION }),
      TF_VAR_control_plane: Stack.of(this).toJsonString(this.#controlPlane()),
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
      ...(mode === "plan" && layer.retains ? { RETAIN: `|${layer.retains.resources.join("|")}|` } : {}),
    };
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
  }

  /** What the layers must know of the control plane that builds them. */
  #controlPlane(): Record<string, unknown> {
    const { names, catalogue, network, boundaryArn, configuration } = this.#props;
    const insideCluster = catalogue.layers.filter((layer) => layer.kubernetes);
    const roles = (mode: string): string[] =>
      insideCluster.map(({ name }) => names.globalArn("iam", `role/${names.role(`${mode}-${name}`)}`));
    return {
      account_id: Aws.ACCOUNT_ID,
      vpc_id: network.vpc.vpcId,
      vpc_cidr: configuration.controlPlaneCidr,
      route_table_ids: network.vpc.privateSubnets.map((subnet) => subnet.routeTable.routeTableId),
      nat_address: network.natAddress,
      security_group_ids: [network.builds.securityGroupId, network.gates.securityGroupId],
      permissions_boundary_arn: boundaryArn,
      principals: {
        apply: roles("apply"),
        plan: roles("plan"),
        validate: this.#props.validatorRoleArns,
        restore: this.#props.restorerRoleArns,
      },
    };
  }
}

/** The project carries its buildspec: what a build does can't be changed by what it fetches. */
function inlineBuildSpec(mode: "plan" | "apply"): BuildSpec {
  return BuildSpec.fromObjectToYaml(
    parse(readFileSync(join(PROJECT_ROOT, "buildspecs", `${mode}.yml`), "utf8")),
  );
}
