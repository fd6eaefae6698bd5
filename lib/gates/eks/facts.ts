import type { UpgradeInsight, VersionSupport } from "../../clients/eks.ts";

export interface EksPartFact {
  readonly name: string;
  readonly status: string;
  readonly issues: readonly { readonly code: string; readonly message: string }[];
}
export interface NodeGroupFact extends EksPartFact {
  /** Kubernetes minor version, such as "1.34"; undefined if EKS does not name it. */
  readonly version: string | undefined;
  readonly desiredSize: number;
}
export interface EksFacts {
  readonly clusterName: string;
  readonly cluster: EksPartFact | undefined;
  /** Ranges outside of the VPC that may reach the cluster's endpoint. */
  readonly publicCidrs: readonly string[];
  readonly nodeGroups: readonly NodeGroupFact[];
  /** Of the control plane; undefined if EKS does not name it. */
  readonly version: { readonly name: string; readonly support: VersionSupport | undefined } | undefined;
  readonly insights: readonly UpgradeInsight[];
  readonly addons: readonly { readonly name: string; readonly addon: EksPartFact | undefined }[];
}
