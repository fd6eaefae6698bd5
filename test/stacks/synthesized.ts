import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { assembly } from "../../lib/cli/assembly.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "../../lib/cli/places.ts";
import type { Resource } from "./statements.ts";

export interface ReadTemplate {
  readonly Resources: Record<string, Resource>;
}

/** The template that `bin/app.ts` makes of the example in cdk.json: the one that the twin deploys. */
export async function synthesized(): Promise<ReadTemplate> {
  const directory = await assembly(PROJECT_ROOT, join(PROJECT_ROOT, WORK_DIRECTORY));
  const text = await readFile(join(directory, "prod-control-plane.template.json"), "utf8");
  return JSON.parse(text) as ReadTemplate;
}
