import { parse } from "yaml";
import { type SetType, setValue, withSet } from "../../../charts/set-path.ts";
import { isMap, mergeValues, type Values } from "../../../charts/values.ts";
import { type Attributes, ProviderError, UNKNOWN, type Value } from "../../contract.ts";

const items = (value: Value | undefined): Attributes[] =>
  Array.isArray(value)
    ? value.filter(
        (item): item is Attributes => typeof item === "object" && item !== null && !Array.isArray(item),
      )
    : [];

/**
 * The values that a release gives its chart: the YAML documents in their order, then `set`, `set_list`,
 * `set_sensitive` and `set_wo`, as the provider merges them.
 */
export function releaseValues(release: Attributes): Values {
  let values: Values = {};
  for (const text of Array.isArray(release.values) ? release.values : [])
    values = mergeValues(values, document(text));
  for (const set of items(release.set)) values = withOne(values, set);
  for (const set of items(release.set_list))
    values = withSet(
      values,
      String(set.name),
      (Array.isArray(set.value) ? set.value : []).map((item) => setValue(String(item), "auto")),
    );
  for (const set of [...items(release.set_sensitive), ...items(release.set_wo)])
    values = withOne(values, set);
  return values;
}

function document(text: Value): Values {
  if (typeof text !== "string" || text === "") return {};
  try {
    const parsed: unknown = parse(text);
    if (parsed === null || parsed === undefined) return {};
    if (isMap(parsed)) return parsed;
  } catch (error) {
    throw new ProviderError(`Error unmarshaling values\n---> ${(error as Error).message} ${text}`, [
      "values",
    ]);
  }
  throw new ProviderError(`Error unmarshaling values\n---> not a map ${text}`, ["values"]);
}

function withOne(values: Values, set: Attributes): Values {
  const type = set.type === "string" || set.type === "literal" ? (set.type as SetType) : "auto";
  if (set.value === null || set.value === undefined || set.value === UNKNOWN) return values;
  return withSet(values, String(set.name), setValue(String(set.value), type));
}
