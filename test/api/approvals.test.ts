import { beforeEach, describe, expect, it } from "vitest";
import type { RunRecord } from "../../lib/run/records.ts";
import { sampleRun } from "../run/samples.ts";
import { ANN, approval, ask, BOB, DIGEST, execution, FakePorts } from "./ports.ts";

const path = { runId: "deploy-1", layer: "foundation" };
/** A run whose input claims that this person asked for it. */
const recordOf = (requestedBy: string): RunRecord => ({
  runId: "deploy-1",
  run: { ...sampleRun(), requestedBy, claimed: true },
  outcomes: {},
});
const approve = { decision: "approve", digest: DIGEST };
let fake: FakePorts;

beforeEach(() => {
  fake = new FakePorts().add(execution());
  fake.approvals.set("foundation", approval());
  fake.requesters.set("deploy-1", ANN);
});

describe("an approval", () => {
  it("answers the waiting state with its digest and the approver's ARN", async () => {
    const answered = await ask(fake, "decideApproval", { caller: BOB, path, body: approve });
    expect(answered.statusCode).toBe(200);
    expect(answered.json).toMatchObject({ decision: "approve", decidedBy: BOB });
    expect(fake.answered).toEqual([
      { token: "token-1", with: { approved: true, digest: DIGEST, approver: BOB } },
    ]);
  });

  it("never shows the task's token", async () => {
    const listed = await ask(fake, "listApprovals", { path: { runId: "deploy-1" } });
    const shown = await ask(fake, "showRun", { path: { runId: "deploy-1" } });
    expect(listed.body + shown.body).not.toContain("token-1");
    expect(listed.json.approvals).toMatchObject([{ layer: "foundation", decision: "pending" }]);
  });

  it("is refused to who asked for the run, by whichever role", async () => {
    const otherRole = "arn:aws:sts::111122223333:assumed-role/approvers/ann";
    for (const caller of [ANN, otherRole]) {
      const answered = await ask(fake, "decideApproval", { caller, path, body: approve });
      expect(answered.statusCode).toBe(403);
      expect(answered.json.detail).toContain("second person");
    }
    expect(fake.answered).toEqual([]);
  });

  it("is given by who asked for the run where the environment says so", async () => {
    const answered = await ask(
      fake,
      "decideApproval",
      { caller: ANN, path, body: approve },
      { selfApproval: true },
    );
    expect(answered.statusCode).toBe(200);
  });

  it("is refused for another digest, which answers nothing", async () => {
    const body = { ...approve, digest: "b".repeat(64) };
    const answered = await ask(fake, "decideApproval", { caller: BOB, path, body });
    expect(answered.statusCode).toBe(409);
    expect(answered.json.detail).toContain(DIGEST);
    expect(fake.answered).toEqual([]);
    expect(fake.approvals.get("foundation")?.decision).toBeUndefined();
  });

  it("is refused a second time, naming who was first", async () => {
    await ask(fake, "decideApproval", { caller: BOB, path, body: { ...approve, decision: "reject" } });
    const carol = "arn:aws:sts::111122223333:assumed-role/approvers/carol";
    const answered = await ask(fake, "decideApproval", { caller: carol, path, body: approve });
    expect(answered.statusCode).toBe(409);
    expect(answered.json.detail).toContain(BOB);
    expect(fake.answered).toHaveLength(1);
  });

  it("is too late when the state does not wait any more", async () => {
    fake.gone.add("token-1");
    const answered = await ask(fake, "decideApproval", { caller: BOB, path, body: approve });
    expect(answered.statusCode).toBe(410);
  });

  it("is sent again by the same person, in case the first answer got lost", async () => {
    await ask(fake, "decideApproval", { caller: BOB, path, body: approve });
    const answered = await ask(fake, "decideApproval", { caller: BOB, path, body: approve });
    expect(answered.statusCode).toBe(200);
    expect(fake.answered).toHaveLength(2);
  });

  it("is not found where none was asked for", async () => {
    const other = { ...path, layer: "app" };
    const answered = await ask(fake, "decideApproval", { caller: BOB, path: other, body: approve });
    expect(answered.statusCode).toBe(404);
  });
});

describe("an approval of a run that was started in the console", () => {
  const EXECUTION = execution().executionArn;
  const decide = async (caller: string, body: object = approve, settings = {}) => {
    const answered = await ask(fake, "decideApproval", { caller, path, body }, settings);
    return [
      answered.statusCode,
      String(answered.json.type ?? "")
        .split(":")
        .at(-1),
    ];
  };
  beforeEach(() => fake.requesters.clear());

  it("waits until CloudTrail knows who started it, whatever the input claims, and decides nothing before", async () => {
    fake.records.set("deploy-1", recordOf("somebody else"));
    expect(await decide(ANN)).toEqual([409, "too-early"]);
    expect(await decide(BOB)).toEqual([409, "too-early"]);
    expect(fake.answered).toEqual([]);
    expect(fake.approvals.get("foundation")?.decision).toBeUndefined();
    fake.started.set(EXECUTION, ANN);
    expect(await decide(ANN)).toEqual([403, "not-allowed"]);
    expect(fake.answered).toEqual([]);
    expect(await decide(BOB)).toEqual([200, ""]);
    expect(fake.requesters.get("deploy-1")).toBe(ANN);
  });

  it("asks CloudTrail no more once it has answered", async () => {
    fake.started.set(EXECUTION, ANN);
    await decide(ANN);
    await decide(ANN);
    expect(fake.lookups).toBe(1);
  });

  it("is refused to whom the input names, too: he asked, whoever pressed the button", async () => {
    fake.started.set(EXECUTION, ANN);
    fake.records.set("deploy-1", recordOf("bob"));
    expect(await decide(BOB)).toEqual([403, "not-allowed"]);
  });

  it("needs nobody's name where one person may do both, or says no", async () => {
    expect(await decide(ANN, { decision: "reject", digest: DIGEST })).toEqual([200, ""]);
    fake.approvals.set("foundation", approval());
    expect(await decide(ANN, approve, { selfApproval: true })).toEqual([200, ""]);
    expect(fake.lookups).toBe(0);
  });
});

describe("a rejection", () => {
  it("fails the waiting state with the person and the comment", async () => {
    const body = { decision: "reject", digest: DIGEST, comment: "not on a Friday" };
    await ask(fake, "decideApproval", { caller: BOB, path, body });
    expect(fake.answered).toEqual([
      {
        token: "token-1",
        with: { error: "PlanRejectedError", cause: `rejected by ${BOB}: not on a Friday` },
      },
    ]);
  });

  it("is anybody's right, also of who asked for the run", async () => {
    const body = { decision: "reject", digest: DIGEST };
    expect((await ask(fake, "decideApproval", { caller: ANN, path, body })).statusCode).toBe(200);
  });
});
