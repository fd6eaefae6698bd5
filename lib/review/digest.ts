import { createHash } from "node:crypto";
import type { PlanManifest } from "../run/plan.ts";
import { canonicalJson } from "./canonical-json.ts";

/**
 * What an approval binds, as one sha256: change any part and the approval is of something else. The state that
 * the plan was made from (lineage, serial) and the outputs of the layers below are inside the saved plan, which
 * is bound by its own hash and version.
 */
export function approvalDigest(environment: string, manifest: PlanManifest): string {
  const binding = {
    environment,
    runId: manifest.runId,
    layer: manifest.layer,
    mode: manifest.mode,
    plan: manifest.plan,
    planJson: manifest.planJson,
    lockFile: manifest.lockFile,
    sourceSha256: manifest.sourceSha256,
    variablesSha256: manifest.variablesSha256,
    terraformVersion: manifest.terraformVersion,
  };
  return createHash("sha256").update(canonicalJson(binding)).digest("hex");
}
