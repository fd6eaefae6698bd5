import type { ApiObject } from "../api-object.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import type { FieldProblem } from "../status.ts";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/** Names of these kinds become part of host names. */
const LABEL_KINDS = new Set(["Namespace", "Service"]);

/** RBAC and the like allow what fits into a path. */
const PATH_GROUPS = new Set(["rbac.authorization.k8s.io"]);

const problem = (field: string, value: string, rule: string): FieldProblem => ({
  field,
  reason: "FieldValueInvalid",
  message: `Invalid value: ${JSON.stringify(value)}: ${rule}`,
});

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export function checkName(kind: ResourceKind, { metadata: { name } }: ApiObject): FieldProblem[] {
  if (PATH_GROUPS.has(kind.group))
    return /[/%]/.test(name) || name === "." || name === ".."
      ? [problem("metadata.name", name, "may not contain '/' or '%'")]
      : [];
  const isLabel = !kind.group && LABEL_KINDS.has(kind.kind);
  const [limit, pattern, rule] = isLabel
    ? ([63, LABEL, LABEL_RULE] as const)
    : ([253, SUBDOMAIN, SUBDOMAIN_RULE] as const);
  if (name.length > limit)
    return [problem("metadata.name", name, `must be no more than ${limit} characters`)];
  return pattern.test(name) ? [] : [problem("metadata.name", name, rule)];
}

export function checkLabels({ metadata }: ApiObject): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (!LABEL_KEY.test(key)) problems.push(problem("metadata.labels", key, "not a qualified name"));
    if (typeof value !== "string" || value.length > 63 || !LABEL_VALUE.test(value))
      problems.push(
        problem(
          "metadata.labels",
          String(value),
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?'), and be no more than 63 characters",
        ),
      );
  }
  return problems;
}
