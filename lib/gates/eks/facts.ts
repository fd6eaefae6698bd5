import type { UpgradeInsight, VersionSupport } from "../../clients/eks.ts";

export interface EksPartFact {
  readonly name: string;
  readonly status: string;
  readonly issues: readonly { readonly code: string; readonly message: string }[];
}
export interface EksFacts {
  readonly clusterName: string;
  readonly cluster: EksPartFact | undefined;
  readonly nodeGroups: readonly EksPartFact[];
  /** Of the control plane; undefined if EKS does not name it. */
  readonly version: { readonly name: string; readonly support: VersionSupport | undefined } | undefined;
  readonly insights: readonly UpgradeInsight[];
  readonly addons: readonly { readonly name: string; readonly addon: EksPartFact | undefined }[];
}
