import { EvidenceMismatchError } from "../run/errors.ts";
import type { Run } from "../run/messages.ts";
import type { PlanManifest } from "../run/plan.ts";

/**
 * Is the manifest about this plan of this run? The build wrote it, and a build runs code of its layer, so
 * nothing in it is believed that the run itself already knows.
 * @throws EvidenceMismatchError (not retryable) naming the first difference
 */
export function checkManifest(manifest: PlanManifest, run: Run, layer: string, exitCode: string): void {
  const folder = `runs/${run.runId}/${layer}/`;
  const expected: readonly [what: string, actual: string, wanted: string][] = [
    ["run", manifest.runId, run.runId],
    ["layer", manifest.layer, layer],
    ["mode", manifest.mode, run.operation === "destroy" ? "destroy" : "deploy"],
    ["source", manifest.sourceSha256, run.source.sha256],
    ["terraform version", manifest.terraformVersion, run.terraformVersion],
    ["exit code", String(manifest.exitCode), exitCode],
  ];
  for (const [what, actual, wanted] of expected)
    if (actual !== wanted)
      throw new EvidenceMismatchError(`the manifest's ${what} is ${actual}, the run's is ${wanted}`);
  for (const { bucket, key } of [manifest.plan, manifest.planJson, manifest.lockFile])
    if (bucket !== run.artefactBucket || !key.startsWith(folder))
      throw new EvidenceMismatchError(
        `the manifest names s3://${bucket}/${key}, outside s3://${run.artefactBucket}/${folder}`,
      );
}
