import { clip } from "../run/cause.ts";
import type { Finding } from "../run/finding.ts";
import type { Proof } from "../run/proof.ts";
import { formatDriftKind } from "./describe.ts";
import type { Attribution, Drifted, DriftMemory } from "./drifted.ts";
import type { DriftScope } from "./messages.ts";
import type { DriftNews, Recollection, Remembered } from "./remember.ts";

export interface DriftTable {
  all(): Promise<DriftMemory[]>;
  save(memory: DriftMemory, expiresAt?: number): Promise<void>;
}

/** Drift that was resolved is remembered for a month: long enough to see it come and go. */
export const RESOLVED_DAYS = 30;

/** How the scan of one layer ended: an error is never drift. */
export interface ScannedLayer {
  readonly layer: string;
  readonly result: "scanned" | "skipped" | "failed";
  /** Why it was skipped, or what failed. */
  readonly because?: string;
}

export interface DriftEvidence {
  readonly scan: Omit<DriftScope, "environments">;
  readonly layers: readonly ScannedLayer[];
  readonly drifted: readonly (Drifted & {
    readonly firstSeenAt: string;
    readonly attribution?: Attribution;
    readonly allowedBy?: string;
  })[];
  readonly news: {
    readonly new: string[];
    readonly changed: string[];
    readonly flapping: string[];
    readonly resolved: string[];
  };
  readonly findings: readonly Finding[];
}

const named = ({ layer, address }: { layer: string; address: string }): string => `${layer}: ${address}`;

/** What the scan proves and what is kept of it. Drift is no failure of the scan; a layer that could not be read is. */
export function judgeDrift(
  scan: DriftScope,
  layers: readonly ScannedLayer[],
  { drifted, news }: Pick<Recollection, "drifted" | "news">,
  now: Date,
): { proof: Proof; evidence: DriftEvidence; problems: string[] } {
  const failed = layers.filter(({ result }) => result === "failed");
  const problems = failed.map(({ layer, because = "no reason was given" }) => `${layer}: ${because}`);
  const { environments: _pins, ...kept } = scan;
  const proof: Proof = {
    proof: "drift",
    executionArn: scan.executionArn,
    startedAt: scan.startedAt,
    endedAt: now.toISOString(),
    result: failed.length === 0 ? "passed" : "failed",
    summary: clip(summaryOf(layers, drifted, news), 300),
    evidenceKey: `${scan.folder}/proof.json`,
    ...(scan.partial && { partial: true }),
    ...(failed.length > 0 && { fingerprint: failed.map(({ layer }) => layer).join(" ") }),
  };
  const evidence: DriftEvidence = {
    scan: kept,
    layers,
    drifted: drifted.map(({ drifted: each, memory, allowed }) => ({
      ...each,
      firstSeenAt: memory.firstSeenAt,
      ...(memory.attribution && { attribution: memory.attribution }),
      ...(allowed && { allowedBy: `${allowed.owner} until ${allowed.until}: ${allowed.reason}` }),
    })),
    news: {
      new: news.fresh.map(({ drifted: each }) => named(each)),
      changed: news.changed.map(({ drifted: each }) => named(each)),
      flapping: news.flapping.map(({ drifted: each }) => named(each)),
      resolved: news.resolved.map(named),
    },
    findings: [...layers.map(layerFinding), ...drifted.map(driftFinding)],
  };
  return { proof, evidence, problems };
}

function summaryOf(layers: readonly ScannedLayer[], drifted: readonly Remembered[], news: DriftNews): string {
  const count = (result: ScannedLayer["result"]): number =>
    layers.filter((layer) => layer.result === result).length;
  const parts = [
    `${count("scanned")} layers scanned`,
    ...(count("skipped") > 0 ? [`${count("skipped")} skipped`] : []),
    ...(count("failed") > 0 ? [`${count("failed")} could not be read`] : []),
  ];
  const fresh = news.fresh.length + news.changed.length + news.flapping.length;
  const found =
    drifted.length === 0
      ? "nothing has drifted"
      : `${drifted.length} ${drifted.length === 1 ? "address has" : "addresses have"} drifted, ${fresh} of them news`;
  const resolved = news.resolved.length > 0 ? `; ${news.resolved.length} resolved` : "";
  return `${parts.join(", ")}: ${found}${resolved}`;
}

function layerFinding({ layer, result, because = "" }: ScannedLayer): Finding {
  const status = result === "scanned" ? "pass" : "unknown";
  return {
    check: "layer-scanned",
    subject: layer,
    status,
    severity: result === "failed" ? "error" : "warning",
    observed: result === "scanned" ? "scanned" : clip(because, 200),
    expected: "its plan can be read",
    message:
      result === "scanned" ? `${layer} was scanned.` : clip(`${layer} was not scanned: ${because}.`, 500),
    runbook: "layer-scanned",
  };
}

function driftFinding({ drifted, memory, allowed }: Remembered): Finding {
  const { attribution } = memory;
  const by = attribution
    ? ` ${attribution.who} did ${attribution.what} at ${attribution.at}.`
    : " By whom is not known (yet).";
  const answered = allowed ? ` Allowed until ${allowed.until}: ${allowed.owner}, ${allowed.reason}.` : "";
  return {
    check: "as-applied",
    subject: named(drifted),
    status: allowed ? "pass" : "fail",
    severity: drifted.severity,
    observed: clip(formatDriftKind(drifted), 200),
    expected: "as it was applied",
    message: clip(
      `${drifted.address}: ${formatDriftKind(drifted)}; first seen ${memory.firstSeenAt}.${by}${answered}`,
      500,
    ),
    runbook: "as-applied",
  };
}
