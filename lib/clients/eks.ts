import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  DescribeNodegroupCommand,
  EKSClient,
  type InsightSummary,
  ListInsightsCommand,
  ListNodegroupsCommand,
  type VpcConfigResponse,
} from "@aws-sdk/client-eks";
import type { AwsCredentialIdentity, Provider } from "@smithy/types";
import { isNamed } from "./aws-errors.ts";
import { SDK_SETTINGS } from "./sdk.ts";

export interface HealthIssue {
  readonly code: string;
  readonly message: string;
}
/** Status and health as EKS tells them: ACTIVE with issues is possible, so both are read. */
export interface EksPart {
  readonly name: string;
  readonly status: string;
  readonly issues: readonly HealthIssue[];
}
export interface EksCluster extends EksPart {
  /** Kubernetes minor version, such as "1.35". */
  readonly version: string | undefined;
  readonly endpoint: string | undefined;
  /** PEM. */
  readonly certificateAuthority: string | undefined;
  /** Who may reach the endpoint from outside of the VPC; none if it is private. */
  readonly publicCidrs: readonly string[];
}

export interface NodeGroup extends EksPart {
  /** Kubernetes minor version of its nodes. */
  readonly version: string | undefined;
  /** How many nodes it is to have. */
  readonly desiredSize: number;
}

/** How long AWS supports a Kubernetes version. */
export interface VersionSupport {
  readonly standardUntil: Date | undefined;
  readonly extendedUntil: Date | undefined;
}
/** One of EKS's checks whether the cluster can be upgraded. */
export interface UpgradeInsight {
  readonly name: string;
  /** PASSING, WARNING, ERROR or UNKNOWN. */
  readonly status: string;
  readonly reason: string;
}

export interface Eks {
  /** Undefined: there is no such cluster. */
  cluster(name: string): Promise<EksCluster | undefined>;
  nodeGroups(cluster: string): Promise<NodeGroup[]>;
  /** Undefined: the add-on is not installed. */
  addon(cluster: string, name: string): Promise<EksPart | undefined>;
  /** Undefined: EKS no longer knows the version, or does not yet. */
  support(version: string): Promise<VersionSupport | undefined>;
  upgradeInsights(cluster: string): Promise<UpgradeInsight[]>;
  /** The credentials of this function's role, for tokens of the cluster's API. */
  readonly credentials: Provider<AwsCredentialIdentity>;
  readonly region: Provider<string>;
}

export function connectEks(eks: EKSClient = new EKSClient(SDK_SETTINGS)): Eks {
  return {
    credentials: () => eks.config.credentials(),
    region: () => eks.config.region(),
    async cluster(name) {
      const answer = await orMissing(eks.send(new DescribeClusterCommand({ name })));
      const cluster = answer?.cluster;
      if (!cluster) return undefined;
      const encoded = cluster.certificateAuthority?.data;
      return {
        ...part(name, cluster.status, cluster.health?.issues),
        version: cluster.version,
        endpoint: cluster.endpoint,
        certificateAuthority: encoded && Buffer.from(encoded, "base64").toString("utf8"),
        publicCidrs: publicCidrsOf(cluster.resourcesVpcConfig),
      };
    },
    async nodeGroups(clusterName) {
      const names: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await eks.send(
          new ListNodegroupsCommand({ clusterName, ...(nextToken && { nextToken }) }),
        );
        names.push(...(page.nodegroups ?? []));
        nextToken = page.nextToken;
      } while (nextToken);
      return Promise.all(
        names.map(async (nodegroupName) => {
          const { nodegroup } = await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
          return {
            ...part(nodegroupName, nodegroup?.status, nodegroup?.health?.issues),
            version: nodegroup?.version,
            desiredSize: nodegroup?.scalingConfig?.desiredSize ?? 0,
          };
        }),
      );
    },
    async addon(clusterName, addonName) {
      const answer = await orMissing(eks.send(new DescribeAddonCommand({ clusterName, addonName })));
      return answer?.addon && part(addonName, answer.addon.status, answer.addon.health?.issues);
    },
    async support(version) {
      const asked = new DescribeClusterVersionsCommand({ clusterVersions: [version] });
      const found = (await eks.send(asked)).clusterVersions?.find((each) => each.clusterVersion === version);
      return (
        found && {
          standardUntil: found.endOfStandardSupportDate,
          extendedUntil: found.endOfExtendedSupportDate,
        }
      );
    },
    async upgradeInsights(clusterName) {
      const filter = { categories: ["UPGRADE_READINESS" as const] };
      const insights: InsightSummary[] = [];
      let nextToken: string | undefined;
      do {
        const page = await eks.send(
          new ListInsightsCommand({ clusterName, filter, ...(nextToken && { nextToken }) }),
        );
        insights.push(...(page.insights ?? []));
        nextToken = page.nextToken;
      } while (nextToken);
      return insights.map(({ name, insightStatus }) => ({
        name: name ?? "(no name)",
        status: insightStatus?.status ?? "UNKNOWN",
        reason: insightStatus?.reason ?? "",
      }));
    },
  };
}

/** No list means the whole internet, as EKS's own default does. */
const publicCidrsOf = (network: VpcConfigResponse | undefined): readonly string[] => {
  if (!network?.endpointPublicAccess) return [];
  const { publicAccessCidrs = [] } = network;
  return publicAccessCidrs.length > 0 ? publicAccessCidrs : ["0.0.0.0/0"];
};

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNamed(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}

function part(
  name: string,
  status: string | undefined,
  issues: readonly { code?: string | undefined; message?: string | undefined }[] | undefined,
): EksPart {
  return {
    name,
    status: status ?? "(none)",
    issues: (issues ?? []).map(({ code, message }) => ({ code: code ?? "Other", message: message ?? "" })),
  };
}
