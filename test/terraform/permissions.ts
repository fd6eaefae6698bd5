import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { defineLayers, type Layer } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { Encryption } from "../../lib/constructs/encryption.ts";
import { LayerRole } from "../../lib/constructs/layer-permissions/layer-role.ts";
import { namesOf } from "../../lib/constructs/names.ts";
import { PROJECT_ROOT } from "../../lib/constructs/project-root.ts";
import { Stores } from "../../lib/constructs/stores.ts";
import { readTerraformSource } from "../../lib/constructs/terraform-source.ts";
import { LEFT_OUT } from "../../lib/stacks/synthesize.ts";
import { type Resource, type Statement, statementsOf } from "../stacks/statements.ts";

export type Mode = "plan" | "apply";
export const MODES: readonly Mode[] = ["plan", "apply"];

type Verbs = Partial<Record<"create" | "read" | "update" | "delete", readonly string[]>>;

const table = <T>(file: string): Readonly<Record<string, T>> =>
  JSON.parse(readFileSync(join(PROJECT_ROOT, "lib/permissions", file), "utf8")) as Record<string, T>;

const ACTIONS = table<Verbs>("actions.json");
const DATA_SOURCES = table<readonly string[]>("data-sources.json");

const sourceOf = ({ directory }: Layer) => readTerraformSource(join(PROJECT_ROOT, "terraform", directory));

/** The statements of both roles of each layer, synthesized without the functions that take long to bundle. */
export function layerStatements(): (layer: Layer, mode: Mode) => readonly Statement[] {
  const stack = new Stack(new App(LEFT_OUT), "layers");
  const names = namesOf("prod");
  const encryption = new Encryption(stack, "Encryption", { names });
  const stores = new Stores(stack, "Stores", { names, encryption });
  for (const layer of defineLayers(LAYERS).layers)
    for (const mode of MODES)
      new LayerRole(stack, `${mode}-${layer.name}`, {
        names,
        layer,
        upstream: layer.dependsOn,
        mode,
        source: sourceOf(layer),
        stores,
        encryption,
        boundaryArn: "arn:aws:iam::111122223333:policy/prod-platform-boundary",
      });
  const resources = Template.fromStack(stack).toJSON().Resources as Record<string, Resource>;
  return (layer, mode) => statementsOf(resources, `strata-prod-${mode}-${layer.name}`);
}

/** What a build does whatever its layer makes: state, artefacts, logs, and its place in the network. */
const EVERY_BUILD = [
  "ec2:CreateNetworkInterface",
  "ec2:CreateNetworkInterfacePermission",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeDhcpOptions",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcs",
  "eks:DescribeCluster",
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "s3:DeleteObject",
  "s3:GetBucketLocation",
  "s3:GetObject",
  "s3:GetObjectVersion",
  "s3:ListBucket",
  "s3:PutObject",
];

const IS_READ = /:(Get|List|Describe)/;
const serviceOf = (action: string): string => action.split(":")[0] ?? "";

/** What the layer's own types need, by the tables alone. */
function needed(layer: Layer, mode: Mode): ReadonlySet<string> {
  const { resources, dataSources } = sourceOf(layer);
  const verbs = mode === "plan" ? (["read"] as const) : (["create", "read", "update", "delete"] as const);
  return new Set([
    ...resources.flatMap((type) => verbs.flatMap((verb) => ACTIONS[type]?.[verb] ?? [])),
    ...dataSources.flatMap((type) => DATA_SOURCES[type] ?? ACTIONS[type]?.read ?? []),
  ]);
}

/**
 * Actions that a role has and that nothing in its layer needs. The provider reads more than AWS's own handlers,
 * but only from services that the layer has something in.
 */
export function unusedActions(layer: Layer, mode: Mode, statements: readonly Statement[]): string[] {
  const used = needed(layer, mode);
  const services = new Set([...used].map(serviceOf));
  return [
    ...new Set(statements.filter(({ effect }) => effect === "Allow").flatMap(({ actions }) => actions)),
  ].filter(
    (action) =>
      !used.has(action) &&
      !EVERY_BUILD.includes(action) &&
      !(IS_READ.test(action) && services.has(serviceOf(action))),
  );
}

/**
 * Actions that AWS knows no resource for, or none that could be named before it is made (service authorization
 * reference); everything else must say where.
 */
const WITHOUT_RESOURCE: readonly RegExp[] = [
  /^acm:RequestCertificate$/,
  /^(autoscaling|ec2|elasticloadbalancing|wafv2):(Describe|List)/,
  /^cloudwatch:DescribeAlarms$/,
  /^backup-storage:(Mount|MountCapsule)$/,
  /^backup:(List|DescribeGlobalSettings|DescribeRegionSettings)/,
  // CodeBuild attaches a build to the VPC; the interface has no name before.
  /^ec2:(Create|Delete)NetworkInterface$/,
  /^eks:(DescribeAddonVersions|DescribeAddonConfiguration|DescribeClusterVersions|ListClusters|ListAccessPolicies)$/,
  /^guardduty:(CreateDetector|ListDetectors)$/,
  /^iam:(List(Roles|Policies|OpenIDConnectProviders|InstanceProfiles)|GetAccountSummary)$/,
  /^kms:(CreateKey|ListAliases|ListKeys)$/,
  /^logs:(\w+LogDelivery|ListLogDeliveries|DescribeLogGroups|\w+ResourcePolicy|DescribeResourcePolicies)$/,
  /^route53:(CreateHostedZone|CreateHealthCheck|ListHealthChecks|ListHostedZones|ListHostedZonesByName|ListQueryLoggingConfigs)$/,
  /^s3:ListAllMyBuckets$/,
  /^ssm:DescribeParameters$/,
];

/** Actions that a role may use on everything though AWS would let it say where. */
export const actionsOnEverything = (statements: readonly Statement[]): string[] =>
  statements
    .filter(({ effect, resources, condition }) => effect === "Allow" && resources.includes("*") && !condition)
    .flatMap(({ actions }) => actions)
    .filter((action) => !WITHOUT_RESOURCE.some((pattern) => pattern.test(action)));
