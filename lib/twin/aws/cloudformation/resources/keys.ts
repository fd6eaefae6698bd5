import { COLLECTIONS } from "../../../world/records.ts";
import { AWS_COLLECTIONS, type KeyRecord } from "../../collections.ts";
import { arnIn, digits, optionalText, type ResourceType, requiredText } from "../resource-type.ts";

const USAGES: readonly KeyRecord["usage"][] = ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC"];

const key: ResourceType = (request) => {
  const { world, properties } = request;
  // A UUID of version 4, as key ids are: terraform refuses the ARN of anything else.
  const id = digits(request, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
  const arn = arnIn(request, "kms", `key/${id}`);
  const record: KeyRecord = {
    id,
    arn,
    description: optionalText(properties.Description) ?? "",
    enabled: properties.Enabled !== false && properties.Enabled !== "false",
    usage: USAGES.find((usage) => usage === properties.KeyUsage) ?? "ENCRYPT_DECRYPT",
    spec: optionalText(properties.KeySpec) ?? "SYMMETRIC_DEFAULT",
    policy: properties.KeyPolicy ?? null,
    controlPlane: true,
  };
  world.collection<KeyRecord>(COLLECTIONS.kmsKeys).set(id, record);
  return { id, attributes: { Arn: arn, KeyId: id }, owns: [[COLLECTIONS.kmsKeys, id]] };
};

const alias: ResourceType = (request) => {
  const name = requiredText(request, "AliasName");
  const target = requiredText(request, "TargetKeyId");
  const keyId = target.slice(target.lastIndexOf("/") + 1);
  request.world.collection(AWS_COLLECTIONS.aliases).set(name, { keyId });
  return { id: name, attributes: {}, owns: [[AWS_COLLECTIONS.aliases, name]] };
};

export const keyTypes: Readonly<Record<string, ResourceType>> = {
  "AWS::KMS::Key": key,
  "AWS::KMS::Alias": alias,
};
