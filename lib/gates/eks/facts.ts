export interface EksPartFact {
  readonly name: string;
  readonly status: string;
  readonly issues: readonly { readonly code: string; readonly message: string }[];
}
export interface EksFacts {
  readonly clusterName: string;
  readonly cluster: EksPartFact | undefined;
  readonly nodeGroups: readonly EksPartFact[];
  readonly addons: readonly { readonly name: string; readonly addon: EksPartFact | undefined }[];
}
