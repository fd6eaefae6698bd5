import { expect, it, vi } from "vitest";
import { closeRun } from "../../lib/run/close.ts";
import { DependencyUnavailableError } from "../../lib/run/errors.ts";
import { NOW, sampleRun } from "./samples.ts";

const request = { runId: "run-1", executionArn: sampleRun().executionArn };
const settings = { environment: "demo", projects: ["demo-apply-app"], topicArn: "arn:aws:sns:topic" };

function ports(state: { status?: string; alive?: string[]; claim?: "claimed" | "sent" | "busy" } = {}) {
  const record = { runId: "run-1", executionArn: request.executionArn, run: sampleRun(), outcomes: {} };
  return {
    leases: { free: vi.fn(async () => true), take: vi.fn(), takeOver: vi.fn(), holder: vi.fn() },
    runs: {
      saveEnd: vi.fn(),
      read: vi.fn(async () => record),
      claimNotification: vi.fn(async () => state.claim ?? "claimed"),
      releaseNotification: vi.fn(),
      markNotificationSent: vi.fn(),
    },
    executions: {
      describe: vi.fn(async () => ({ status: state.status ?? "SUCCEEDED", stoppedAt: NOW })),
    },
    builds: { alive: vi.fn(async () => state.alive ?? []), runOf: vi.fn() },
    proofs: { saveLast: vi.fn() },
    notifier: { publish: vi.fn(async (_topic: string, _notification: { event: string }) => {}) },
  };
}
const close = (given: ReturnType<typeof ports>) => closeRun(request, settings, given as never, NOW);

it.each(["RUNNING", "PENDING_REDRIVE"])("leaves a %s execution alone", async (status) => {
  const given = ports({ status });
  expect(await close(given)).toEqual({ closed: false, runId: "run-1", waitingFor: [request.executionArn] });
  expect(given.leases.free).not.toHaveBeenCalled();
  expect(given.notifier.publish).not.toHaveBeenCalled();
});

it("waits for an apply that outlives its execution", async () => {
  const given = ports({ status: "ABORTED", alive: ["demo-apply-app:1"] });
  expect(await close(given)).toEqual({ closed: false, runId: "run-1", waitingFor: ["demo-apply-app:1"] });
  expect(given.leases.free).not.toHaveBeenCalled();
  expect(given.runs.saveEnd).not.toHaveBeenCalled();
});

it.each([
  ["SUCCEEDED", "run-succeeded"],
  ["FAILED", "run-failed"],
  ["TIMED_OUT", "run-failed"],
  ["ABORTED", "run-failed"],
])("ends a %s run: record, lease, one %s", async (status, event) => {
  const given = ports({ status });
  expect(await close(given)).toEqual({ closed: true, runId: "run-1" });
  expect(given.runs.saveEnd.mock.calls[0]?.[2]).toBe(status);
  expect(given.leases.free).toHaveBeenCalledWith("run-1");
  expect(given.notifier.publish).toHaveBeenCalledOnce();
  expect(given.notifier.publish.mock.calls[0]?.[1].event).toBe(event);
  expect(given.runs.markNotificationSent).toHaveBeenCalledOnce();
});

it.each([
  ["SUCCEEDED", "passed"],
  ["FAILED", "failed"],
] as const)("keeps a deploy that ended %s as a proof that %s", async (status, result) => {
  const given = ports({ status });
  await close(given);
  expect(given.proofs.saveLast).toHaveBeenCalledWith(
    expect.objectContaining({ proof: "run", result, executionArn: request.executionArn }),
  );
});

const signing = (sign: () => Promise<Buffer>) => {
  const written = new Map<string, string>();
  return {
    written,
    sign: vi.fn(sign),
    write: async (key: string, text: string) => void written.set(key, text),
  };
};

it("signs what the run did before it tells of its end, and says where that lies", async () => {
  const ports_ = { ...ports(), signing: signing(async () => Buffer.from("signature")) };
  await close(ports_);
  expect([...ports_.signing.written.keys()]).toEqual(["evidence/run-1.json", "evidence/run-1.json.sig"]);
  expect(ports_.signing.written.get("evidence/run-1.json.sig")).toBe("c2lnbmF0dXJl\n");
  expect(ports_.notifier.publish.mock.calls[0]?.[1]).toMatchObject({
    text: expect.stringContaining("Evidence: s3://artefacts/evidence/run-1.json, signed"),
  });
});

it("ends a run whose evidence cannot be signed, and says so in its one notification", async () => {
  const failing = signing(() => Promise.reject(new Error("kms Sign answered 400: DisabledException")));
  const given = { ...ports(), signing: failing };
  expect(await close(given)).toEqual({ closed: true, runId: "run-1" });
  expect(given.notifier.publish).toHaveBeenCalledOnce();
  expect(given.notifier.publish.mock.calls[0]?.[1]).toMatchObject({
    text: expect.stringMatching(/was not signed: kms Sign .*DisabledException\. See "evidence-signed"/),
  });
  expect(failing.written.size).toBe(0);
});

it("signs nothing of a run that was told of before", async () => {
  const given = { ...ports({ claim: "sent" }), signing: signing(async () => Buffer.from("signature")) };
  await close(given);
  expect(given.signing.sign).not.toHaveBeenCalled();
});

it("does not notify again", async () => {
  const given = ports({ claim: "sent" });
  expect(await close(given)).toEqual({ closed: true, runId: "run-1" });
  expect(given.notifier.publish).not.toHaveBeenCalled();
});

it("is tried again while another invocation is notifying", async () => {
  await expect(close(ports({ claim: "busy" }))).rejects.toThrow(DependencyUnavailableError);
});

it("gives the claim back and is tried again when the notification cannot be sent", async () => {
  const given = ports();
  given.notifier.publish.mockRejectedValueOnce(new Error("no SNS"));
  await expect(close(given)).rejects.toThrow(DependencyUnavailableError);
  expect(given.runs.releaseNotification).toHaveBeenCalledWith("run-1");
  expect(given.runs.markNotificationSent).not.toHaveBeenCalled();
});

it("takes a claim for dead after a minute, twice what the function may run", async () => {
  const given = ports();
  await close(given);
  expect(given.runs.claimNotification).toHaveBeenCalledWith(
    "run-1",
    "2026-03-01T10:00:00.000Z",
    "2026-03-01T09:59:00.000Z",
  );
});
