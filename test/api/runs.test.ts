import { beforeEach, describe, expect, it } from "vitest";
import { ANN, approval, ask, BOB, execution, FakePorts, NOW } from "./ports.ts";

let fake: FakePorts;
const deploy = { operation: "deploy", reason: "first" };

beforeEach(() => {
  fake = new FakePorts();
});

describe("a start", () => {
  it("is an execution in the caller's name, whom the input cannot change", async () => {
    const answered = await ask(fake, "startRun", { body: deploy });
    expect(answered.statusCode).toBe(201);
    const [started] = fake.executions.values();
    expect(JSON.parse(started?.input ?? "")).toMatchObject({ ...deploy, requestedBy: ANN });
    expect(fake.requesters.get(started?.name ?? "")).toBe(ANN);
    const lied = await ask(fake, "startRun", { body: { ...deploy, requestedBy: BOB } });
    expect(lied.statusCode).toBe(400);
  });

  it("with the same key and input is the same run", async () => {
    const headers = { "idempotency-key": "order-66-x" };
    const first = await ask(fake, "startRun", { body: deploy, headers });
    const second = await ask(fake, "startRun", { body: deploy, headers });
    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect(second.json.runId).toBe(first.json.runId);
    expect(fake.executions.size).toBe(1);
  });

  it("is refused for a key that belongs to another input, or to somebody else", async () => {
    const headers = { "idempotency-key": "order-66-x" };
    await ask(fake, "startRun", { body: deploy, headers });
    const otherInput = await ask(fake, "startRun", { body: { ...deploy, reason: "other" }, headers });
    const otherCaller = await ask(fake, "startRun", { caller: BOB, body: deploy, headers });
    expect([otherInput.statusCode, otherCaller.statusCode]).toEqual([409, 409]);
    expect(fake.executions.size).toBe(1);
  });

  it.each([
    ["a key that is too short", { headers: { "idempotency-key": "short" } }, "Idempotency-Key"],
    ["an unknown layer", { body: { ...deploy, layers: ["ap"] } }, 'did you mean "app"'],
    ["no reason", { body: { operation: "deploy" } }, "body.reason"],
    ["text that is no JSON", { body: "{" }, "not JSON"],
    ["an unknown member", { body: { ...deploy, layer: "app" } }, "layer"],
  ])("is refused for %s, and starts nothing", async (_, asked, says) => {
    const answered = await ask(fake, "startRun", { body: deploy, ...asked });
    expect(answered.statusCode).toBe(400);
    expect(answered.headers["content-type"]).toBe("application/problem+json");
    expect(answered.json.detail).toContain(says);
    expect(answered.json.errors).not.toEqual([]);
    expect(fake.executions.size).toBe(0);
  });

  it("is refused to a request without a caller", async () => {
    expect((await ask(fake, "startRun", { caller: null, body: deploy })).statusCode).toBe(403);
  });
});

describe("a run", () => {
  it("that there is not is not found", async () => {
    expect((await ask(fake, "showRun", { path: { runId: "deploy-9" } })).statusCode).toBe(404);
  });

  it("whose id no run could have is a bad request", async () => {
    expect((await ask(fake, "showRun", { path: { runId: "../x" } })).statusCode).toBe(400);
  });

  it("that was refused before it was prepared is shown by what Step Functions knows", async () => {
    fake.add(execution({ status: "FAILED", endedAt: new Date("2026-11-24T08:00:05.000Z") }));
    const { json } = await ask(fake, "showRun", { path: { runId: "deploy-1" } });
    expect(json).toMatchObject({ status: "FAILED", layers: [], endedAt: "2026-11-24T08:00:05.000Z" });
  });
});

describe("who started a run", () => {
  const show = async () => (await ask(fake, "showRun", { path: { runId: "deploy-1" } })).json;

  it("is left open while AWS has not said so, and asked of CloudTrail once the run has ended", async () => {
    const { executionArn } = execution();
    fake.add(execution());
    fake.started.set(executionArn, BOB);
    expect((await show()).startedBy).toBeUndefined();
    expect(fake.lookups).toBe(0);
    fake.add(execution({ status: "SUCCEEDED", endedAt: NOW }));
    expect((await show()).startedBy).toBe(BOB);
    expect((await show()).startedBy).toBe(BOB);
    expect(fake.lookups).toBe(1);
  });

  it("is the API's caller where the API started it", async () => {
    const started = await ask(fake, "startRun", { body: { operation: "plan", reason: "x" } });
    const { json } = await ask(fake, "showRun", { path: { runId: String(started.json.runId) } });
    expect(json.startedBy).toBe(ANN);
    expect(fake.lookups).toBe(0);
  });
});

describe("a cancellation", () => {
  const path = { runId: "deploy-1" };
  const body = { reason: "wrong branch" };

  it("is kept with the run, and fails what waits for an approval", async () => {
    fake.add(execution());
    fake.records.set("deploy-1", { runId: "deploy-1", outcomes: {} });
    fake.approvals.set("foundation", approval());
    const answered = await ask(fake, "cancelRun", { path, body });
    expect(answered.statusCode).toBe(202);
    expect(answered.json.cancelled).toMatchObject({ by: ANN, reason: "wrong branch" });
    expect(fake.answered[0]?.with).toMatchObject({ error: "RunCancelledError" });
  });

  it("leaves an approval that was given as it is", async () => {
    fake.add(execution());
    fake.records.set("deploy-1", { runId: "deploy-1", outcomes: {} });
    fake.approvals.set("foundation", approval({ decision: "approve", decidedBy: BOB }));
    await ask(fake, "cancelRun", { path, body });
    expect(fake.answered).toEqual([]);
  });

  it("of a run that has ended is refused", async () => {
    fake.add(execution({ status: "SUCCEEDED" }));
    fake.records.set("deploy-1", { runId: "deploy-1", outcomes: {} });
    expect((await ask(fake, "cancelRun", { path, body })).statusCode).toBe(409);
    expect(fake.records.get("deploy-1")?.cancel).toBeUndefined();
  });
});
