import { COLLECTIONS, type RoleRecord } from "../../../../world/records.ts";
import { text } from "../attributes.ts";
import { findResource } from "../resource-store.ts";
import { awsData, notFound } from "./aws-data.ts";

export const iamRole = awsData(
  "aws_iam_role",
  "IAM Role",
  "IAM",
  (given, { world }) => {
    const name = text(given, "name");
    const record = world.collection<RoleRecord>(COLLECTIONS.roles).get(name);
    if (!record) throw notFound("NoSuchEntity", `The role with name ${name} cannot be found.`);
    const applied = findResource(world, "aws_iam_role", name);
    return {
      id: name,
      arn: record.arn,
      assume_role_policy: JSON.stringify(record.assumeRolePolicy),
      create_date: text(applied, "create_date"),
      description: text(applied, "description"),
      max_session_duration: applied?.max_session_duration ?? 3600,
      path: text(applied, "path") || "/",
      permissions_boundary: text(applied, "permissions_boundary"),
      role_last_used: [],
      tags: record.tags,
      unique_id: text(applied, "unique_id"),
    };
  },
  "GetRole",
);
