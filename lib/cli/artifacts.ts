import { parsePlan } from "../review/plan-json.ts";
import { redactedPlan, valuesOfReleases } from "../review/redacted-plan.ts";
import type { KeyRecord } from "../twin/aws/collections.ts";
import { publicKeyOf } from "../twin/aws/services/kms-signing.ts";
import { artefactsOf, tracesOf } from "../twin/run-traces.ts";
import type { StartedRun, Twin } from "../twin/twin.ts";
import { COLLECTIONS, type ObjectVersion } from "../twin/world/records.ts";
import { writeFiles } from "./output-files.ts";

/** Saved plans and states hold sensitive values as they are; they never leave the artefact bucket. */
const NEVER_WRITTEN = [/\.tfplan$/, /\.tfstate$/];

/** Writes every artefact of the run below `directory`, redacted, and Helm's values as files: `--artifacts`. */
export function writeArtifacts(twin: Twin, run: StartedRun, directory: string): void {
  const files = new Map<string, string>();
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  for (const { name, content } of artefactsOf(twin, run)) {
    if (NEVER_WRITTEN.some((pattern) => pattern.test(name))) continue;
    if (!name.endsWith("/plan.json")) {
      files.set(name, content);
      continue;
    }
    const plan = redactedPlan(parsePlan(content));
    files.set(name, json(plan));
    for (const [release, values] of valuesOfReleases(plan))
      files.set(name.replace(/plan\.json$/, `values/${release}.yaml`), values);
  }
  for (const [name, content] of evidenceIn(twin, run)) files.set(name, content);
  files.set("execution-history.json", json(twin.history(run)));
  files.set("notifications.json", json(tracesOf(twin, run).notifications));
  writeFiles(directory, files);
}

/** What was signed of the run, its signature, and the key that says so. */
function evidenceIn({ world, deployment }: Twin, { runId }: StartedRun): [name: string, content: string][] {
  const objects = world.collection<ObjectVersion[]>(COLLECTIONS.objects);
  const keys = world.collection<KeyRecord>(COLLECTIONS.kmsKeys).values();
  const key = keys.find(({ controlPlane, usage }) => controlPlane && usage === "SIGN_VERIFY");
  const found = ["", ".sig"].flatMap((ending): [string, string][] => {
    const newest = objects.get(`${deployment.artefactBucket}/evidence/${runId}.json${ending}`)?.at(-1);
    return newest ? [[`evidence.json${ending}`, Buffer.from(newest.body, "base64").toString()]] : [];
  });
  if (key === undefined || found.length === 0) return [];
  return [...found, ["evidence.pem", publicKeyOf(key).export({ format: "pem", type: "spki" }).toString()]];
}
