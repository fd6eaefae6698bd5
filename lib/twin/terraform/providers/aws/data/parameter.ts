import type { ParameterRecord } from "../../../../aws/collections.ts";
import { COLLECTIONS } from "../../../../world/records.ts";
import { text } from "../attributes.ts";
import { awsData, notFound } from "./aws-data.ts";

export const ssmParameter = awsData(
  "aws_ssm_parameter",
  "SSM Parameter",
  "SSM",
  (given, { world, region, aws }) => {
    const name = text(given, "name");
    const record = world.collection<ParameterRecord>(COLLECTIONS.parameters).get(name);
    if (!record) throw notFound("ParameterNotFound", "");
    const secret = record.type === "SecureString";
    return {
      id: name,
      arn: record.arn || `arn:aws:ssm:${region}:${aws.accountId}:parameter/${name.replace(/^\//, "")}`,
      type: record.type,
      value: record.value,
      insecure_value: secret ? null : record.value,
      version: record.version ?? 1,
      with_decryption: given.with_decryption ?? true,
    };
  },
  "GetParameter",
);
