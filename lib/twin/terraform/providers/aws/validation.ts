import { type Attributes, ProviderError } from "../../contract.ts";
import { isSomething, text } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";
import { documentOf } from "./policy-json.ts";

export function validateJson(spec: AwsTypeSpec, configuration: Attributes): void {
  for (const name of [...(spec.policies ?? []), ...(spec.documents ?? [])]) {
    const json = text(configuration, name);
    if (json !== "") documentOf(json, name);
  }
}

/** Throws unless exactly one of the attributes is given. */
export function exactlyOne(configuration: Attributes, names: readonly string[]): void {
  const given = names.filter((name) => isSomething(configuration[name]));
  if (given.length === 1) return;
  const list = names.join(",");
  throw new ProviderError(
    given.length === 0
      ? `Invalid combination of arguments\n"${names[0]}": one of \`${list}\` must be specified`
      : `Invalid combination of arguments\n"${given[0]}": only one of \`${list}\` can be specified, but \`${given.join(",")}\` were specified.`,
  );
}
