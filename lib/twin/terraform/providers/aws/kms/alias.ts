import { AWS_COLLECTIONS } from "../../../../aws/collections.ts";
import { AwsError } from "../../../../aws/contract.ts";
import type { Json } from "../../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError, UNKNOWN } from "../../../contract.ts";
import { arnIn, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { KMS, keyId, keys } from "./key.ts";

const targetOf = (values: Attributes, context: ProviderContext): Attributes => {
  const id = keyId(text(values, "target_key_id"));
  return { target_key_arn: arnIn(context, "kms", `key/${id}`) };
};

function refuseMissingKey(values: Attributes, context: ProviderContext): void {
  const id = keyId(text(values, "target_key_id"));
  if (!keys(context.world).has(id))
    throw new AwsError("NotFoundException", `Key '${arnIn(context, "kms", `key/${id}`)}' does not exist`);
}

const noteAlias = (values: Attributes, context: ProviderContext): void => {
  const name = text(values, "name");
  const alias: Json = { name, arn: text(values, "arn"), keyId: keyId(text(values, "target_key_id")) };
  context.world.collection<Json>(AWS_COLLECTIONS.aliases).set(name, alias);
};

export const kmsAlias: AwsTypeSpec = {
  ...KMS,
  type: "aws_kms_alias",
  title: "KMS Alias",
  calls: { create: "CreateAlias", read: "ListAliases", update: "UpdateAlias", delete: "DeleteAlias" },
  forcesReplacement: ["name", "name_prefix"],
  validate: (configuration) => {
    const name = text(configuration, "name");
    if (name !== "" && !/^alias\/[a-zA-Z0-9/_-]+$/.test(name))
      throw new ProviderError(`"name" must begin with 'alias/' and be comprised of only [a-zA-Z0-9/_-]`, [
        "name",
      ]);
  },
  // Either way of naming the key is the same key.
  refine: (planned, prior) => {
    const [wanted, had] = [text(planned, "target_key_id"), text(prior ?? {}, "target_key_id")];
    if (wanted !== "" && keyId(wanted) === keyId(had)) return { ...planned, target_key_id: had };
    return prior ? { ...planned, target_key_arn: UNKNOWN } : planned;
  },
  identify: (planned, { mint }) =>
    text(planned, "name") || `${text(planned, "name_prefix") || "alias/"}${mint.hex(26)}`,
  arn: (values, context) => arnIn(context, "kms", text(values, "id") || text(values, "name")),
  computed: (values, { context }) => ({
    name: values.id ?? null,
    name_prefix: text(values, "name_prefix"),
    ...targetOf(values, context),
  }),
  refuseCreate: (values, context) => {
    refuseMissingKey(values, context);
    const name = text(values, "name");
    if (context.world.collection(AWS_COLLECTIONS.aliases).has(name))
      throw new AwsError(
        "AlreadyExistsException",
        `An alias with the name ${arnIn(context, "kms", name)} already exists`,
      );
  },
  refuseUpdate: refuseMissingKey,
  created: (values, { context }) => noteAlias(values, context),
  updated: (values, _, { context }) => {
    noteAlias(values, context);
    return targetOf(values, context);
  },
  deleted: (values, context) => {
    context.world.collection(AWS_COLLECTIONS.aliases).delete(text(values, "name"));
  },
};
