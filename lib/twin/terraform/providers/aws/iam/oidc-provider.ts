import { AwsError } from "../../../../aws/contract.ts";
import { text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { findResource } from "../resource-store.ts";
import { IAM } from "./roles.ts";

const hostOf = (url: string): string => url.replace(/^https:\/\//, "");

export const openidConnectProvider: AwsTypeSpec = {
  ...IAM,
  type: "aws_iam_openid_connect_provider",
  title: "IAM OIDC Provider",
  calls: {
    create: "CreateOpenIDConnectProvider",
    read: "GetOpenIDConnectProvider",
    update: "AddClientIDToOpenIDConnectProvider",
    delete: "DeleteOpenIDConnectProvider",
  },
  forcesReplacement: ["url"],
  label: (values) => text(values, "url"),
  // IAM keeps the address without its scheme.
  refine: (planned, prior) => {
    const had = text(prior ?? {}, "url");
    return had !== "" && hostOf(text(planned, "url")) === hostOf(had) ? { ...planned, url: had } : planned;
  },
  identify: (planned, { context }) =>
    `arn:aws:iam::${context.aws.accountId}:oidc-provider/${hostOf(text(planned, "url"))}`,
  arn: (values) => text(values, "id"),
  computed: (values, { mint }) => ({ thumbprint_list: values.thumbprint_list ?? [mint.hex(40)] }),
  refuseCreate: (values, context) => {
    const arn = `arn:aws:iam::${context.aws.accountId}:oidc-provider/${hostOf(text(values, "url"))}`;
    if (findResource(context.world, "aws_iam_openid_connect_provider", arn))
      throw new AwsError(
        "EntityAlreadyExists",
        `Provider with url ${text(values, "url")} already exists.`,
        409,
      );
  },
};
