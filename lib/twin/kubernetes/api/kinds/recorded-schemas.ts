import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../json-values.ts";

interface Recorded {
  readonly definitions: Readonly<Record<string, { readonly versions: Readonly<Record<string, string>> }>>;
  readonly schemas: Readonly<Record<string, JsonObject>>;
}

const FILE = fileURLToPath(new URL("../../../recorded/definitions/schemas.json", import.meta.url));

let recorded: Recorded | undefined;

/**
 * The schema that a project published for a version of its definition; undefined if it was not recorded.
 * @param definition `<plural>.<group>`
 */
export function recordedSchema(definition: string, version: string): JsonObject | undefined {
  recorded ??= JSON.parse(readFileSync(FILE, "utf8")) as Recorded;
  return recorded.schemas[recorded.definitions[definition]?.versions[version] ?? ""];
}
