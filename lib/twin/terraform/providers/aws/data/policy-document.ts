import { crc32 } from "node:zlib";
import type { Json } from "../../../../world/world.ts";
import { type Attributes, type DataSourceType, ProviderError } from "../../../contract.ts";
import { blocks, text, texts } from "../attributes.ts";

/**
 * `aws_iam_policy_document`, byte for byte as the provider writes it: members in the order of its struct, one
 * value as a string, several in descending order (values of conditions as given), two blanks of indentation.
 */
type Statement = { Sid?: string; [key: string]: Json | undefined };
interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: Statement[];
}

const MEMBERS = [
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
];

/** Policy variables are written `&{…}`, because terraform would take `${…}` for its own. */
const variables = (value: string): string => value.replaceAll("&{", "${");

const oneOrSorted = (values: readonly string[]): Json | undefined => {
  if (values.length === 0) return undefined;
  return values.length === 1
    ? (values[0] as string)
    : [...values].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
};

function principals(given: readonly Attributes[]): Json | undefined {
  if (given.length === 0) return undefined;
  const byType: Record<string, string[]> = {};
  for (const principal of given) {
    const type = text(principal, "type");
    const identifiers = texts(principal, "identifiers").map(variables).sort().reverse();
    byType[type] = [...(byType[type] ?? []), ...identifiers];
  }
  const [only] = Object.entries(byType);
  if (given.length === 1 && only?.[0] === "*" && only[1].join() === "*") return "*";
  return sortedMembers(byType, (identifiers) =>
    identifiers.length === 1 ? (identifiers[0] ?? "") : identifiers,
  );
}

function conditions(given: readonly Attributes[]): Json | undefined {
  if (given.length === 0) return undefined;
  const tests: Record<string, Record<string, string[]>> = {};
  for (const condition of given) {
    const test = tests[text(condition, "test")] ?? {};
    tests[text(condition, "test")] = test;
    const variable = text(condition, "variable");
    test[variable] = [...(test[variable] ?? []), ...texts(condition, "values").map(variables)];
  }
  return sortedMembers(tests, (test) =>
    sortedMembers(test, (values) => (values.length === 1 ? (values[0] ?? "") : values)),
  );
}

const sortedMembers = <T>(members: Record<string, T>, write: (member: T) => Json): { [key: string]: Json } =>
  Object.fromEntries(
    Object.keys(members)
      .sort()
      .map((key) => [key, write(members[key] as T)]),
  );

const statementOf = (given: Attributes): Statement => ({
  ...(text(given, "sid") === "" ? {} : { Sid: text(given, "sid") }),
  Effect: text(given, "effect") || "Allow",
  Action: oneOrSorted(texts(given, "actions")),
  NotAction: oneOrSorted(texts(given, "not_actions")),
  Resource: oneOrSorted(texts(given, "resources").map(variables)),
  NotResource: oneOrSorted(texts(given, "not_resources").map(variables)),
  Principal: principals(blocks(given, "principals")),
  NotPrincipal: principals(blocks(given, "not_principals")),
  Condition: conditions(blocks(given, "condition")),
});

function parse(json: string, attribute: string): PolicyDocument {
  if (json === "") return { Statement: [] };
  try {
    const document = JSON.parse(json) as {
      Version?: string;
      Id?: string;
      Statement?: Statement | Statement[];
    };
    return { ...document, Statement: [document.Statement ?? []].flat() };
  } catch (error) {
    throw new ProviderError(
      `writing IAM Policy Document: merging ${attribute}: ${(error as Error).message}`,
      [attribute],
    );
  }
}

/** The newer document's id, higher version and statements win; a statement replaces one of the same sid. */
function merge(base: PolicyDocument, other: PolicyDocument): PolicyDocument {
  const statements = [...base.Statement];
  for (const statement of other.Statement) {
    const index = statement.Sid ? statements.findIndex(({ Sid }) => Sid === statement.Sid) : -1;
    if (index < 0) statements.push(statement);
    else statements[index] = statement;
  }
  const version = (other.Version ?? "") > (base.Version ?? "") ? other.Version : base.Version;
  const id = other.Id || base.Id;
  return { ...(version ? { Version: version } : {}), ...(id ? { Id: id } : {}), Statement: statements };
}

function mergeSources(given: Attributes): PolicyDocument {
  let merged = parse(text(given, "source_json"), "source_json");
  const sids = new Set<string>();
  for (const [index, json] of texts(given, "source_policy_documents").entries()) {
    const document = parse(json, "source_policy_documents");
    for (const { Sid } of document.Statement)
      if (Sid && sids.has(Sid))
        throw new ProviderError(
          `duplicate Sid (${Sid}) in source_policy_documents (item ${index + 1}; starting with 1). Remove the Sid or ensure Sids are unique.`,
        );
      else if (Sid) sids.add(Sid);
    merged = merge(merged, document);
  }
  return merged;
}

function ownDocument(given: Attributes): PolicyDocument {
  const statements = blocks(given, "statement").map(statementOf);
  const sids = statements.flatMap(({ Sid }) => Sid ?? []);
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice)
    throw new ProviderError(`duplicate Sid (${twice}). Remove the Sid or ensure the Sid is unique.`, [
      "statement",
    ]);
  const id = text(given, "policy_id");
  return {
    Version: text(given, "version") || "2012-10-17",
    ...(id ? { Id: id } : {}),
    Statement: statements,
  };
}

const ordered = (statement: Statement): Json =>
  Object.fromEntries(
    MEMBERS.filter((name) => statement[name] !== undefined).map((name) => [name, statement[name] as Json]),
  );

/** Go writes these three escaped, in strings only, where alone they can stand in JSON. */
const escaped = (json: string): string =>
  json.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026");

export function policyDocument(given: Attributes): { json: string; minified: string } {
  let merged = merge(mergeSources(given), ownDocument(given));
  for (const json of texts(given, "override_policy_documents"))
    merged = merge(merged, parse(json, "override_policy_documents"));
  merged = merge(merged, parse(text(given, "override_json"), "override_json"));
  const document = {
    ...(merged.Version ? { Version: merged.Version } : {}),
    ...(merged.Id ? { Id: merged.Id } : {}),
    ...(merged.Statement.length > 0 ? { Statement: merged.Statement.map(ordered) } : {}),
  };
  return { json: escaped(JSON.stringify(document, null, 2)), minified: escaped(JSON.stringify(document)) };
}

export const iamPolicyDocument: DataSourceType = {
  type: "aws_iam_policy_document",
  read: (configuration) => {
    const { json, minified } = policyDocument(configuration);
    // The provider's id of a document is the IEEE checksum of its text, in decimal.
    return {
      id: String(crc32(json)),
      json,
      minified_json: minified,
      version: text(configuration, "version") || "2012-10-17",
    };
  },
};
