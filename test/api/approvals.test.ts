import { beforeEach, describe, expect, it } from "vitest";
import { ANN, approval, ask, BOB, DIGEST, execution, FakePorts } from "./ports.ts";

const path = { runId: "deploy-1", layer: "foundation" };
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
