import { describe, expect, it } from "vitest";
import { checkFailed } from "../../lib/notifications/check-ended.ts";
import { endOfEvent } from "../../lib/run/check-event.ts";
import { closeCheck, recordProof } from "../../lib/run/close-check.ts";
import type { Notification, ProofTable } from "../../lib/run/ports.ts";
import { type CheckClosing, isNews, type Proof, type ProofName } from "../../lib/run/proof.ts";

const NOW = new Date("2030-01-01T10:00:00Z");
const SETTINGS = { environment: "demo", actionTopicArn: "arn:action", artefactBucket: "demo-artefacts" };
const ARN = "arn:aws:states:eu-west-1:111122223333:execution:demo-prove";

const eventOf = (changes: Record<string, unknown> = {}) => ({
  detail: {
    executionArn: `${ARN}:one`,
    stateMachineArn: "arn:aws:states:eu-west-1:111122223333:stateMachine:demo-prove",
    name: "one",
    status: "TIMED_OUT",
    startDate: Date.parse("2030-01-01T09:00:00Z"),
    stopDate: Date.parse("2030-01-01T09:30:00Z"),
    error: null,
    cause: null,
    ...changes,
  },
});
const end = (changes: Record<string, unknown> = {}) => endOfEvent(eventOf(changes), "demo");

const proofOf = (changes: Partial<Proof> = {}): Proof => ({
  proof: "prove",
  executionArn: `${ARN}:one`,
  startedAt: "2030-01-01T09:00:00.000Z",
  endedAt: "2030-01-01T09:01:00.000Z",
  result: "passed",
  summary: "all well",
  evidenceKey: "checks/prove/one/proof.json",
  ...changes,
});

/** The table in memory, and what is sent; the first `deaf` attempts to send fail. */
function ports(deaf = 0) {
  const closings = new Map<string, { closing: CheckClosing; claim?: "claimed" | "sent" }>();
  const last = new Map<ProofName, Proof>();
  const sent: (Notification & { topicArn: string })[] = [];
  const written: string[] = [];
  const proofs: ProofTable = {
    create: async (closing) => {
      if (closings.has(closing.proof.executionArn)) return false;
      closings.set(closing.proof.executionArn, { closing });
      return true;
    },
    ofExecution: async ({ executionArn }) => closings.get(executionArn)?.closing,
    saveLast: async (proof) => void last.set(proof.proof, proof),
    last: async (name) => last.get(name),
    lastPassed: async () => undefined,
    claimNotification: async ({ executionArn }) => {
      const item = closings.get(executionArn)!;
      if (item.claim === "sent") return "sent";
      item.claim = "claimed";
      return "claimed";
    },
    releaseNotification: async ({ executionArn }) => {
      delete closings.get(executionArn)!.claim;
    },
    markNotificationSent: async ({ executionArn }) => {
      closings.get(executionArn)!.claim = "sent";
    },
  };
  let failures = deaf;
  const notifier = {
    publish: async (topicArn: string, notification: Notification) => {
      if (failures-- > 0) throw new Error("SNS is away");
      sent.push({ ...notification, topicArn });
    },
  };
  const objects = { writeJson: async (_: string, key: string) => void written.push(key) } as never;
  return { proofs, notifier, objects, sent, written, last };
}

const notice = (proof: Proof) => ({
  topicArn: SETTINGS.actionTopicArn,
  notification: checkFailed({ ...SETTINGS, proof, executionName: "one", problems: ["dns is away"] }),
});

describe("an execution that ended without a proof", () => {
  it.each(["FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"])(
    "%s has failed: proof, evidence, one mail",
    async (status) => {
      const all = ports();
      await closeCheck(end({ status }), SETTINGS, all, NOW);
      await closeCheck(end({ status }), SETTINGS, all, NOW);
      expect(all.last.get("prove")).toMatchObject({ result: "failed", endedAt: "2030-01-01T09:30:00.000Z" });
      expect(all.last.get("prove")!.summary).toContain(status);
      expect(all.written).toEqual(["checks/prove/one/ended.json"]);
      expect(all.sent.map(({ event, topicArn }) => [event, topicArn])).toEqual([
        ["check-failed", "arn:action"],
      ]);
    },
  );

  it("is told again only when it ends otherwise", async () => {
    const all = ports();
    for (const [name, status] of [
      ["one", "TIMED_OUT"],
      ["two", "TIMED_OUT"],
      ["three", "ABORTED"],
    ])
      await closeCheck(end({ name, executionArn: `${ARN}:${name}`, status }), SETTINGS, all, NOW);
    expect(all.sent.map(({ runId }) => runId)).toEqual(["one", "three"]);
  });

  it("is told although the first attempt to tell failed", async () => {
    const all = ports(1);
    await expect(closeCheck(end(), SETTINGS, all, NOW)).rejects.toThrow("could not be sent");
    await closeCheck(end(), SETTINGS, all, NOW);
    expect(all.sent).toHaveLength(1);
  });
});

describe("an execution with a proof", () => {
  it("keeps it, and nobody hears of its end", async () => {
    const all = ports();
    await recordProof(proofOf(), undefined, all, NOW);
    await closeCheck(end({ status: "SUCCEEDED" }), SETTINGS, all, NOW);
    expect(all.last.get("prove")?.result).toBe("passed");
    expect(all.sent).toEqual([]);
  });

  it("whose function died before it told is told by its end, once", async () => {
    const all = ports(1);
    const failed = proofOf({ result: "failed", fingerprint: "dns" });
    await expect(recordProof(failed, notice(failed), all, NOW)).rejects.toThrow("could not be sent");
    await closeCheck(end({ status: "FAILED" }), SETTINGS, all, NOW);
    await closeCheck(end({ status: "FAILED" }), SETTINGS, all, NOW);
    expect(all.sent).toHaveLength(1);
    expect(all.sent[0]!.text).toContain("- dns is away");
  });

  it("stands, whatever a repeated call says", async () => {
    const all = ports();
    await recordProof(proofOf(), undefined, all, NOW);
    const again = await recordProof(proofOf({ result: "failed" }), undefined, all, NOW);
    expect(again.proof.result).toBe("passed");
  });

  it("of a part says nothing of the whole if it passed, and does if it failed", async () => {
    const all = ports();
    await recordProof(proofOf({ partial: true }), undefined, all, NOW);
    expect(all.last.size).toBe(0);
    await recordProof(
      proofOf({ partial: true, result: "failed", executionArn: `${ARN}:two` }),
      undefined,
      all,
      NOW,
    );
    expect(all.last.get("prove")?.result).toBe("failed");
  });
});

describe("news", () => {
  const told = proofOf({ result: "failed", fingerprint: "dns" });
  it.each<[string, Proof, Proof | undefined, boolean]>([
    ["a first failure", told, undefined, true],
    ["a failure after a pass", told, proofOf(), true],
    ["the same failure again", told, told, false],
    ["another failure", proofOf({ result: "failed", fingerprint: "tls" }), told, true],
    ["the same failure that nobody was told of", told, proofOf({ result: "failed" }), true],
    ["a pass after a failure that was told", proofOf(), told, true],
    ["a pass of a part after it", proofOf({ partial: true }), told, false],
    ["a pass after a failure that nobody was told of", proofOf(), proofOf({ result: "failed" }), false],
    ["a pass after a pass", proofOf(), proofOf(), false],
    ["a first pass", proofOf(), undefined, false],
  ])("%s", (_, proof, previous, news) => {
    expect(isNews(proof, previous)).toBe(news);
  });
});

describe("the event", () => {
  it.each([
    ["another environment's machine", "other-prove"],
    ["the pipeline", "demo-pipeline"],
  ])("rejects %s", (_, name) => {
    const stateMachineArn = `arn:aws:states:eu-west-1:111122223333:stateMachine:${name}`;
    expect(() => end({ stateMachineArn })).toThrow(name);
  });

  it("rejects an execution that still runs", () => {
    expect(() => end({ status: "RUNNING" })).toThrow("status");
  });
});
