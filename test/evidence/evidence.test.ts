import { createHash, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { evidenceOf, evidenceText } from "../../lib/evidence/record.ts";
import { signEvidence } from "../../lib/evidence/sign.ts";
import { verifyEvidence } from "../../lib/evidence/verify.ts";
import type { RunRecord } from "../../lib/run/records.ts";
import type { KeyRecord } from "../../lib/twin/aws/collections.ts";
import { publicKeyOf, signatureOf } from "../../lib/twin/aws/services/kms-signing.ts";
import { sampleRun } from "../run/samples.ts";

const run = sampleRun();
const record: RunRecord = {
  runId: "run-1",
  run,
  outcomes: {
    foundation: {
      layer: "foundation",
      result: "proven",
      digest: "d".repeat(64),
      approver: "arn:ada",
      applied: true,
    },
    "platform-step02": { layer: "platform-step02", result: "proven", digest: "e".repeat(64) },
  },
};
const end = {
  environment: "demo",
  executionArn: run.executionArn,
  status: "SUCCEEDED" as const,
  endedAt: "2026-03-01T11:00:00.000Z",
};
const keyOf = (id: string) => ({ id, arn: `arn:${id}` }) as KeyRecord;
const pemOf = (id: string): string =>
  publicKeyOf(keyOf(id)).export({ format: "pem", type: "spki" }).toString();

async function signed(): Promise<{ text: string; signature: string }> {
  const objects = new Map<string, string>();
  await signEvidence(record, end, {
    sign: async (digest) => signatureOf(keyOf("one"), digest),
    write: async (key, content) => void objects.set(key, content),
  });
  return {
    text: objects.get("evidence/run-1.json") ?? "",
    signature: objects.get("evidence/run-1.json.sig") ?? "",
  };
}
const { text, signature } = await signed();
const problemsOf = (changed: string, by = signature, pem = pemOf("one")) =>
  verifyEvidence(changed, by, pem).problems;

describe("evidence", () => {
  it("holds what the run was asked, each layer's digest and approver, and how it ended, in their order", () => {
    const { steps } = evidenceOf(record, end);
    expect(steps.map(({ step }) => step)).toEqual(["prepared", "foundation", "platform-step02", "ended"]);
    expect(steps[0]?.facts).toMatchObject({ reason: "first build", requestedBy: "ada", source: run.source });
    expect(steps[1]?.facts).toMatchObject({ digest: "d".repeat(64), approver: "arn:ada" });
    expect(steps[3]?.facts).toEqual({ status: "SUCCEEDED", endedAt: end.endedAt });
  });

  it("holds who started the run in AWS's words, and says of what only the input says that it is a claim", () => {
    const [prepared] = evidenceOf(record, { ...end, startedBy: "arn:ann" }).steps;
    expect(prepared?.facts).toMatchObject({ requestedBy: "ada", startedBy: "arn:ann" });
    const [claimed] = evidenceOf({ ...record, run: { ...run, claimed: true } }, end).steps;
    expect(claimed?.facts).toMatchObject({ requestedBy: "ada", claimed: true });
    expect(claimed?.facts).not.toHaveProperty("startedBy");
  });

  it("says of a layer without an outcome that it was not recorded", () => {
    expect(evidenceOf({ ...record, outcomes: {} }, end).steps[1]?.facts.result).toBe("not recorded");
  });

  it("is of a run, too, that was never prepared", () => {
    expect(evidenceOf({ runId: "run-1", outcomes: {} }, end).steps).toHaveLength(2);
  });

  it("is verified with the public key alone", () => {
    expect(verifyEvidence(text, signature, pemOf("one"))).toEqual({
      evidence: evidenceOf(record, end),
      problems: [],
    });
  });

  it("names the step that was changed", () => {
    const problems = problemsOf(text.replace("d".repeat(64), "f".repeat(64)));
    expect(problems[0]).toMatch(
      /^step 3 \("platform-step02"\) follows .* the step before it \(2, "foundation"\)/,
    );
    expect(problems).toHaveLength(2);
    expect(problems[1]).toMatch(/^the signature is not this key's of this file/);
  });

  it("names the place where a step was left out", () => {
    const { steps, ...rest } = evidenceOf(record, end);
    const without = evidenceText({ ...rest, steps: steps.filter(({ step }) => step !== "foundation") });
    expect(problemsOf(without)[0]).toMatch(/^step 2 \("platform-step02"\) .* \(1, "prepared"\)/);
  });

  it("rejects a last step that was changed, and all of it signed by another key", () => {
    const changed = text.replace("SUCCEEDED", "FAILED");
    expect(problemsOf(changed)).toEqual([expect.stringMatching(/^the signature is not this key's/)]);
    const digest = createHash("sha256").update(changed).digest();
    const forged = signatureOf(keyOf("two"), digest).toString("base64");
    expect(problemsOf(changed, forged)).toHaveLength(1);
    expect(problemsOf(changed, forged, pemOf("two"))).toEqual([]);
  });

  it("says what a file is that was only formatted", () => {
    expect(problemsOf(JSON.stringify(JSON.parse(text), null, 2))).toContainEqual(
      expect.stringContaining("not canonical JSON"),
    );
  });

  it.each([
    ["no evidence", "{}", pemOf("one"), /^the file is no evidence of a run: .*format/],
    ["no JSON", "hello", pemOf("one"), /^the file is no evidence of a run/],
    ["no key", text, "hello", /the public key cannot be read .*BEGIN PUBLIC KEY/],
    [
      "a key of another kind",
      text,
      generateKeyPairSync("ed25519").publicKey.export({ format: "pem", type: "spki" }).toString(),
      /of type ed25519; evidence is signed with ECDSA/,
    ],
  ])("rejects what is %s, and says so", (_, file, pem, message) => {
    expect(problemsOf(file, signature, pem).join("\n")).toMatch(message);
  });
});

describe("the twin's signatures", () => {
  it("are the same for the same key and digest, of different length as r and s want it, and verify", async () => {
    const digests = Array.from({ length: 40 }, (_, index) =>
      createHash("sha256").update(`${index}`).digest(),
    );
    const lengths = new Set(digests.map((digest) => signatureOf(keyOf("one"), digest).length));
    expect(lengths.size).toBeGreaterThan(1);
    expect((await signed()).signature).toBe(signature);
    expect(signature).not.toBe(
      signatureOf(keyOf("two"), createHash("sha256").update(text).digest()).toString("base64"),
    );
  });
});
