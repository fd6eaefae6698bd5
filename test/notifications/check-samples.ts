/** Notifications of the machines beside the pipeline. */
import type { Drifted } from "../../lib/drift/drifted.ts";
import { recollect } from "../../lib/drift/remember.ts";
import { checkFailed, checkRecovered } from "../../lib/notifications/check-ended.ts";
import { driftChanged } from "../../lib/notifications/drift-changed.ts";
import type { Proof } from "../../lib/run/proof.ts";

const proof: Proof = {
  proof: "drift",
  executionArn: "arn:aws:states:eu-west-1:111122223333:execution:demo-drift:one",
  startedAt: "2030-01-01T10:00:00.000Z",
  endedAt: "2030-01-01T10:01:00.000Z",
  result: "passed",
  summary: "8 layers scanned",
  evidenceKey: "checks/drift/one/proof.json",
};
export const about = { environment: "demo", artefactBucket: "demo-artefacts", executionName: "run-1", proof };
const drifted: Drifted = {
  layer: "app",
  address: "aws_kms_key.this",
  kind: "edited",
  severity: "error",
  attributes: ["enable_key_rotation"],
  fingerprint: "f",
  names: [],
  global: false,
};
const { news } = recollect(
  [drifted],
  [],
  { scanned: ["app"], sweep: true, cluster: true },
  [],
  new Date("2030-01-01T10:00:00Z"),
);
const attributed = news.fresh.map((each) => ({
  ...each,
  memory: {
    ...each.memory,
    attribution: { who: "jo", what: "DisableKeyRotation", at: "2030-01-01T09:00:00.000Z" },
  },
}));

export const failedCheck = (problems: readonly string[]) => checkFailed({ ...about, problems });

/** One of each. */
export const CHECK_NOTIFICATIONS = [
  failedCheck(["dns"]),
  checkRecovered({ ...about, problems: [] }),
  driftChanged({ ...about, news: { ...news, fresh: attributed }, problems: ["finops: no plan"] }),
] as const;
