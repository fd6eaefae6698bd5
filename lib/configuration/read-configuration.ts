import type * as z from "zod";
import type { Catalogue } from "../catalogue/define-layers.ts";
import { nearestName } from "../catalogue/nearest-name.ts";
import { ConfigurationError } from "../run/errors.ts";
import { type Configuration, ConfigurationSchema } from "./schema.ts";
import { allowedKeys } from "./schema-at.ts";

const pathText = (path: readonly PropertyKey[]): string =>
  ["strata", ...path].reduce<string>(
    (text, key) =>
      typeof key === "number" ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
    "",
  );

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let current = root;
  for (const key of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

function unknownName(kind: string, name: string, known: readonly string[]): string {
  const meant = nearestName(name, known);
  const hint = meant ? `; did you mean "${meant}"?` : "";
  return `unknown ${kind} "${name}"${hint} (allowed: ${known.join(", ")})`;
}

function describe(issue: z.core.$ZodIssue, root: unknown): string[] {
  const where = pathText(issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = allowedKeys(ConfigurationSchema, issue.path);
    return issue.keys.map((key) => {
      const value = JSON.stringify(valueAt(root, [...issue.path, key]));
      return `${pathText([...issue.path, key])}: ${unknownName("key", key, known)}; its value was ${value}`;
    });
  }
  const value = valueAt(root, issue.path);
  const got = value === undefined ? "it is missing" : `got ${JSON.stringify(value)}`;
  if (issue.code === "invalid_value") {
    const known = issue.values.map(String);
    const meant = typeof value === "string" ? nearestName(value, known) : undefined;
    const hint = meant ? `; did you mean "${meant}"?` : "";
    return [`${where}: ${got}; allowed: ${known.map((each) => `"${each}"`).join(", ")}${hint}`];
  }
  if (issue.code === "invalid_type") return [`${where}: ${got}; expected ${issue.expected}`];
  return [`${where}: ${got}; ${issue.message}`];
}

/** Layers that the catalogue doesn't have, and variables that a layer's Terraform doesn't declare. */
function unknownLayers(configuration: Configuration, facts: ConfigurationFacts): string[] {
  const names = facts.catalogue.layers.map((layer) => layer.name);
  return Object.entries(configuration.layers).flatMap(([name, variables]) => {
    if (!names.includes(name)) return [`${pathText(["layers", name])}: ${unknownName("layer", name, names)}`];
    const declared = facts.declaredVariables(name);
    return Object.keys(variables)
      .filter((variable) => !declared.includes(variable))
      .map(
        (variable) =>
          `${pathText(["layers", name, variable])}: ${unknownName("variable", variable, declared)}`,
      );
  });
}

/** What a configuration is checked against, beyond its own schema. */
export interface ConfigurationFacts {
  readonly catalogue: Catalogue;
  /** Names of the Terraform variables that a layer declares. */
  declaredVariables(layer: string): readonly string[];
}

/**
 * Parses the configuration.
 * @throws ConfigurationError naming every problem at once, each with its path, its value and what is allowed.
 */
export function readConfiguration(raw: unknown, facts: ConfigurationFacts): Configuration {
  const parsed = ConfigurationSchema.safeParse(raw);
  const problems = parsed.success
    ? unknownLayers(parsed.data, facts)
    : parsed.error.issues.flatMap((issue) => describe(issue, raw));
  if (problems.length > 0 || !parsed.success)
    throw new ConfigurationError(
      `the configuration has ${problems.length} problem${problems.length === 1 ? "" : "s"}:\n${problems
        .map((problem) => `  - ${problem}`)
        .join("\n")}`,
    );
  return parsed.data;
}
