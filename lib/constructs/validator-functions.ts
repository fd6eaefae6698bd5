import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Catalogue } from "../catalogue/define-layers.ts";
import type { Configuration } from "../configuration/schema.ts";
import type { Encryption } from "./encryption.ts";
import type { Grant } from "./grants.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Names } from "./names.ts";
import type { Network } from "./network.ts";
import type { Notifications } from "./notifications.ts";
import { runGrants } from "./run-grants.ts";
import type { Stores } from "./stores.ts";

/** A gate is one look: its probes have deadlines of a few seconds each, and a minute holds them all. */
const TIMEOUT = Duration.minutes(1);

/** Which function looks at which kinds of gate. A kind that stands nowhere here fails the synth. */
export const VALIDATORS = {
  "validate-eks": ["eks", "end-of-life"],
  "validate-workloads": [
    "nodes",
    "workloads",
    "crds",
    "webhooks",
    "secret-store",
    "secrets",
    "targets",
    "velero",
  ],
  "validate-edge": ["load-balancer", "dns", "endpoint"],
  "validate-dns": ["delegation"],
  "validate-retention": ["retention"],
  "validate-certificate": ["certificate", "issuers"],
  "validate-argocd": ["argocd"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type ValidatorName = keyof typeof VALIDATORS;

export interface ValidatorFunctionsProps {
  readonly names: Names;
  readonly catalogue: Catalogue;
  readonly configuration: Configuration;
  readonly encryption: Encryption;
  readonly stores: Stores;
  readonly notifications: Notifications;
  readonly network: Network;
}

/** The functions that ask the gates' questions, from inside the network that reaches the cluster. */
export class ValidatorFunctions extends Construct {
  readonly #functions = new Map<ValidatorName, HandlerFunction>();

  constructor(scope: Construct, id: string, props: ValidatorFunctionsProps) {
    super(scope, id);
    const { names, configuration, stores, notifications, encryption, network } = props;
    for (const handler of Object.keys(VALIDATORS) as ValidatorName[])
      this.#functions.set(
        handler,
        new HandlerFunction(this, handler, {
          names,
          handler,
          description: `Looks whether these gates hold: ${VALIDATORS[handler].join(", ")}`,
          timeout: TIMEOUT,
          logKey: encryption.data,
          network: { vpc: network.vpc, securityGroup: network.gates },
          environment: {
            STRATA_ENVIRONMENT: names.environment,
            STRATA_DOMAIN: configuration.domain,
            STRATA_ARTEFACT_BUCKET: stores.artefacts.bucketName,
            ...(handler === "validate-dns"
              ? {
                  STRATA_TABLE: stores.table.tableName,
                  STRATA_ACTION_TOPIC_ARN: notifications.action.topicArn,
                }
              : {}),
          },
          grants: validatorGrants(handler, props),
        }),
      );
  }

  /** The function that asks a gate of this kind. */
  forKind(kind: string): HandlerFunction {
    for (const [validator, fn] of this.#functions)
      if ((VALIDATORS[validator] as readonly string[]).includes(kind)) return fn;
    throw new Error(`no validator knows gates of kind "${kind}": name it in VALIDATORS`);
  }

  get all(): readonly HandlerFunction[] {
    return [...this.#functions.values()];
  }
}

function validatorGrants(handler: ValidatorName, props: ValidatorFunctionsProps): Grant[] {
  const { names, notifications } = props;
  const may = runGrants(props);
  const grants: Grant[] = [
    ...may.findings,
    // Endpoint and certificate authority of the cluster; what it may see inside is an access entry's matter.
    { actions: ["eks:DescribeCluster"], resources: [names.arn("eks", `cluster/${names.cluster}`)] },
  ];
  if (handler === "validate-eks")
    grants.push({
      actions: [
        "eks:ListAddons",
        "eks:DescribeAddon",
        "eks:ListNodegroups",
        "eks:DescribeNodegroup",
        "eks:ListAccessEntries",
        "eks:DescribeAccessEntry",
        "eks:ListInsights",
      ],
      resources: [
        names.arn("eks", `cluster/${names.cluster}`),
        ...["addon", "nodegroup", "access-entry"].map((type) =>
          names.arn("eks", `${type}/${names.cluster}/*`),
        ),
      ],
      because: "Add-ons, node groups and access entries of this one cluster; AWS ends their ARNs with an id.",
    });
  if (handler === "validate-eks")
    grants.push({
      actions: ["eks:DescribeClusterVersions"],
      resources: ["*"],
      because: "EKS's release calendar is public data and knows no resources.",
    });
  if (handler === "validate-retention")
    grants.push({
      actions: ["s3:GetLifecycleConfiguration", "s3:GetBucketVersioning"],
      resources: [
        `arn:aws:s3:::${names.environment}-backups-*`,
        ...restoredFrom(props.configuration).map((bucket) => `arn:aws:s3:::${bucket}`),
      ],
      because:
        "The bucket of the backups, and its copy in the recovery region: account and region end the names.",
    });
  if (handler === "validate-edge")
    grants.push({
      actions: [
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      resources: ["*"],
      because: "Elastic Load Balancing's reads know no resources.",
    });
  if (handler === "validate-edge" || handler === "validate-dns")
    grants.push(
      {
        actions: ["route53:ListHostedZonesByName", "route53:ListHostedZones"],
        resources: ["*"],
        because: "Finding a zone by its name is a list call, and Route 53's list calls know no resources.",
      },
      {
        actions: ["route53:GetHostedZone", "route53:ListResourceRecordSets"],
        resources: ["arn:aws:route53:::hostedzone/*"],
        because: "The zone's id is known only once foundation has made or found it; reading public DNS data.",
      },
    );
  if (handler === "validate-dns") grants.push(...may.records, ...may.notify([notifications.action]));
  return grants;
}

/** The bucket of another environment's backups, where this one may restore them: it is a location like its own. */
function restoredFrom({ layers }: Configuration): string[] {
  const from = layers.resilience?.restore_from;
  const named = typeof from === "object" && from !== null && "bucket" in from ? from.bucket : undefined;
  return typeof named === "string" ? [named] : [];
}
