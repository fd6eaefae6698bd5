import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import type { ConfigurationFacts } from "../../lib/configuration/read-configuration.ts";
import { PROJECT_ROOT } from "../../lib/constructs/project-root.ts";

type Json = Record<string, unknown>;

/** The configuration that cdk.json ships, changed at its top level. */
export function example(changes: Json = {}): Json {
  const file = JSON.parse(readFileSync(join(PROJECT_ROOT, "cdk.json"), "utf8")) as {
    context: { strata: Json };
  };
  return { ...file.context.strata, ...changes };
}

export const FACTS: ConfigurationFacts = {
  catalogue: defineLayers(LAYERS),
  declaredVariables: (layer) => (layer === "foundation" ? ["nodes", "vpc_cidr"] : []),
};
