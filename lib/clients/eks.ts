import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListNodegroupsCommand,
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
  readonly endpoint: string | undefined;
  /** PEM. */
  readonly certificateAuthority: string | undefined;
}

export interface Eks {
  /** Undefined: there is no such cluster. */
  cluster(name: string): Promise<EksCluster | undefined>;
  nodeGroups(cluster: string): Promise<EksPart[]>;
  /** Undefined: the add-on is not installed. */
  addon(cluster: string, name: string): Promise<EksPart | undefined>;
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
        endpoint: cluster.endpoint,
        certificateAuthority: encoded && Buffer.from(encoded, "base64").toString("utf8"),
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
          return part(nodegroupName, nodegroup?.status, nodegroup?.health?.issues);
        }),
      );
    },
    async addon(clusterName, addonName) {
      const answer = await orMissing(eks.send(new DescribeAddonCommand({ clusterName, addonName })));
      return answer?.addon && part(addonName, answer.addon.status, answer.addon.health?.issues);
    },
  };
}

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
