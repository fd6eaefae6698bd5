/** Whether what was restored lives: volumes bound, pods ready, and the canary's file whole. */
import type { Health } from "../gates/health/verdict.ts";
import { type Question, question } from "../gates/question.ts";
import type { Finding } from "../run/finding.ts";
import { CANARY_NAME } from "./sandbox.ts";
import type { Target } from "./settings.ts";

export interface ObjectHealth {
  readonly kind: string;
  readonly name: string;
  readonly health: Health;
  /** What its containers wrote before they ended. */
  readonly lastWords?: string | undefined;
}

export interface SandboxFacts {
  readonly claims: readonly ObjectHealth[];
  /** Deployments, StatefulSets, DaemonSets. */
  readonly workloads: readonly ObjectHealth[];
  /** Those that were restored or that workloads made; not the Job's. */
  readonly pods: readonly ObjectHealth[];
  /** The Job that reads the canary, with what it said. Undefined: it is not there. */
  readonly job: ObjectHealth | undefined;
}

/**
 * What the canary says of itself goes first: its own pod crashes when its file is not whole, and that is the less
 * telling of the two. So while it has not spoken, what failed may still be only late.
 */
export function judgeSandbox(facts: SandboxFacts, target: Target): Finding[] {
  const canary = judgeCanary(facts.job, target);
  const running = [
    ...judgeAll(facts.workloads, "restored-workloads-ready", "workloads", target),
    ...judgePods(facts.pods, target),
  ];
  const soFar = running.map((finding) =>
    canary.status === "pending" && finding.status === "fail"
      ? { ...finding, status: "pending" as const }
      : finding,
  );
  return [...judgeAll(facts.claims, "volumes-bound", "claims", target), ...soFar, canary];
}

/** Waiting is right until the deadline: what says of itself that it failed has an end at once. */
const answer = (ask: Question, { verdict, reason }: Health): Finding => {
  if (verdict === "healthy") return ask.pass(reason);
  return verdict === "failed" || verdict === "missing" ? ask.fail(reason) : ask.pending(reason);
};

function judgeAll(
  objects: readonly ObjectHealth[],
  check: "volumes-bound" | "restored-workloads-ready",
  what: string,
  { sandbox }: Target,
): Finding[] {
  if (objects.length === 0) return [question(check, `${what} in ${sandbox}`, "some").fail("none")];
  return objects.map(({ kind, name, health }) =>
    answer(question(check, `${kind} ${sandbox}/${name}`, "healthy"), health),
  );
}

/** Pods that are well are told by their workloads; the others say why those are not ready. */
function judgePods(pods: readonly ObjectHealth[], { sandbox }: Target): Finding[] {
  return pods
    .filter(({ health }) => health.verdict !== "healthy")
    .map(({ name, health, lastWords }) => {
      const ask = question("restored-workloads-ready", `Pod ${sandbox}/${name}`, "ready");
      const reason = [health.reason, lastWords].filter(Boolean).join("; it said: ");
      return health.verdict === "failed" ? ask.fail(reason) : ask.pending(reason);
    });
}

function judgeCanary(job: ObjectHealth | undefined, { sandbox }: Target): Finding {
  const ask = question(
    "canary-whole",
    `volume of claim ${sandbox}/${CANARY_NAME}`,
    "its file has the checksum that it states",
  );
  if (!job) return ask.pending("not read yet");
  const { health, lastWords = "" } = job;
  if (health.verdict === "healthy") {
    const read = readCanary(lastWords);
    return read ? ask.pass(lastWords) : ask.fail(`the Job ended well and said: ${lastWords || "nothing"}`);
  }
  if (health.verdict === "failed")
    return ask.fail(
      lastWords || health.reason,
      `The restored volume's file is not what was written: ${lastWords || health.reason}`,
    );
  return ask.pending(health.reason);
}

export interface Canary {
  readonly writtenAt: string;
  readonly sha256: string;
}

/** `/data/canary: whole, written 2026-11-24T08:39:11Z, sha256 …`, as terraform/resilience/canary/verify.sh says it. */
export function readCanary(words: string): Canary | undefined {
  const [, writtenAt, sha256] = /: whole, written (\S+), sha256 ([0-9a-f]{64})\b/.exec(words) ?? [];
  return writtenAt !== undefined && sha256 !== undefined ? { writtenAt, sha256 } : undefined;
}
