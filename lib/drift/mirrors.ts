import type { AttributeChange } from "../review/redact.ts";

/**
 * Attributes in which a resource shows what other resources have attached to it. Terraform learns of that with the
 * first refresh after an apply, so a clean environment has "drift" there: the state is older than the attachment.
 */
const MIRRORS: Readonly<Record<string, readonly (readonly [attribute: RegExp, types: readonly string[]])[]>> =
  {
    aws_iam_role: [
      [/^managed_policy_arns\./, ["aws_iam_role_policy_attachment"]],
      [/^inline_policy\./, ["aws_iam_role_policy"]],
    ],
    aws_security_group: [
      [
        /^(ingress|egress)\./,
        [
          "aws_vpc_security_group_ingress_rule",
          "aws_vpc_security_group_egress_rule",
          "aws_security_group_rule",
        ],
      ],
    ],
    aws_route_table: [[/^route\./, ["aws_route"]]],
    aws_s3_bucket: [
      [/^versioning\./, ["aws_s3_bucket_versioning"]],
      [/^server_side_encryption_configuration\./, ["aws_s3_bucket_server_side_encryption_configuration"]],
      [/^lifecycle_rule\./, ["aws_s3_bucket_lifecycle_configuration"]],
      [/^policy$/, ["aws_s3_bucket_policy"]],
      [/^replication_configuration\./, ["aws_s3_bucket_replication_configuration"]],
      [/^logging\./, ["aws_s3_bucket_logging"]],
    ],
  };

/** What a rule holds where nothing was said; every rule has these. */
const EMPTY = new Set(["false", '""', "0", ""]);
/** A bucket says of its versioning and of its rules that they are on; what turned them on says it in a word. */
const ENABLED: ReadonlyMap<string, string> = new Map([["true", '"Enabled"']]);

/**
 * Is the change only what other managed resources have attached? Each value that is there now must stand in one of
 * them, and none may be gone. What is put together of nothing but values of our own rules is not told from them.
 * @param valuesOf JSON texts of all values of the managed resources of a type
 */
export const isMirror = (
  type: string,
  changes: readonly AttributeChange[],
  valuesOf: (type: string) => ReadonlySet<string>,
): boolean =>
  changes.every(({ path, before, after }) => {
    const mirror = MIRRORS[type]?.find(([attribute]) => attribute.test(path));
    if (mirror === undefined || (before !== "" && after === "")) return false;
    const word = ENABLED.get(after);
    return (
      EMPTY.has(after) ||
      mirror[1].some(
        (other) => valuesOf(other).has(after) || (word !== undefined && valuesOf(other).has(word)),
      )
    );
  });

/** JSON texts of every value within. */
export function textsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === "object" && value !== null)
    for (const part of Object.values(value)) textsIn(part, found);
  else if (value !== null && value !== undefined) found.add(JSON.stringify(value));
  return found;
}
