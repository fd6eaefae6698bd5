import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parsePlan } from "../review/plan-json.ts";
import { redactedPlan } from "../review/redact.ts";
import { artefactsOf, tracesOf } from "../twin/run-traces.ts";
import type { StartedRun, Twin } from "../twin/twin.ts";

/** Saved plans and states hold sensitive values as they are; they never leave the artefact bucket. */
const NEVER_WRITTEN = [/\.tfplan$/, /\.tfstate$/];

/** Writes every artefact of the run below `directory`, redacted: `--artifacts`. */
export async function writeArtifacts(twin: Twin, run: StartedRun, directory: string): Promise<void> {
  const write = async (name: string, content: string): Promise<void> => {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  };
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  for (const { name, content } of artefactsOf(twin, run)) {
    if (NEVER_WRITTEN.some((pattern) => pattern.test(name))) continue;
    const plan = name.endsWith("/plan.json");
    await write(name, plan ? json(redactedPlan(parsePlan(content))) : content);
  }
  await write("execution-history.json", json(twin.history(run)));
  await write("notifications.json", json(tracesOf(twin, run).notifications));
}
