import { describe, expect, it } from "vitest";
import {
  type ExternalSecret,
  ExternalSecretSchema,
  type SecretKeys,
  SecretKeysSchema,
} from "../../lib/gates/secrets/facts.ts";
import { parseGoDuration } from "../../lib/gates/secrets/go-duration.ts";
import { judgeSecrets } from "../../lib/gates/secrets/judge.ts";
import { answers, condition, FORBIDDEN, GATE, minutesAgo, NOW, read } from "./samples.ts";

const WANTED = { namespace: "shop", name: "token", keys: ["user", "password"] };

interface Parts {
  metadata?: object;
  spec?: object;
  status?: object;
}
const external = ({ metadata, spec, status }: Parts = {}): ExternalSecret =>
  ExternalSecretSchema.parse({
    metadata: { name: "token", namespace: "shop", generation: 3, ...metadata },
    spec: { refreshInterval: "1h0m0s", ...spec },
    status: {
      conditions: [condition("Ready", "True", { reason: "SecretSynced" })],
      refreshTime: minutesAgo(5),
      syncedResourceVersion: "3-4f1c2a",
      ...status,
    },
  });
const OWNER = { kind: "ExternalSecret", name: "token" };
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const secret = (metadata: object = {}, data: Record<string, string> = {}): SecretKeys =>
  SecretKeysSchema.parse({
    metadata: {
      name: "token",
      labels: { "reconcile.external-secrets.io/managed": "true" },
      ownerReferences: [OWNER],
      ...metadata,
    },
    data: { user: base64("u"), password: base64("seeded-value"), ...data },
  });

const judge = (externalSecret: ExternalSecret | null, target: SecretKeys | null = secret()) =>
  answers(
    judgeSecrets(
      { secrets: [{ wanted: WANTED, externalSecret: read(externalSecret), target: read(target) }] },
      { ...GATE, secrets: [WANTED] },
      NOW,
    ),
  );
const SYNCED = "secret-synced: pass";
const FRESH = "secret-fresh: pass";
const PRESENT = "secret-present: pass";

it("passes a secret that was fetched, is fetched again, and is there with its keys", () => {
  expect(judge(external())).toEqual([SYNCED, FRESH, PRESENT]);
});

describe("is not fooled by an ExternalSecret", () => {
  it.each<[string, ExternalSecret | null]>([
    ["that is not there", null],
    ["without status", ExternalSecretSchema.parse({ metadata: { name: "token" }, spec: {} })],
    [
      "whose store is ready, and whose path may not be read",
      external({ status: { conditions: [condition("Ready", "False", { reason: "SecretSyncedError" })] } }),
    ],
    ["that is ready for an older generation", external({ status: { syncedResourceVersion: "2-4f1c2a" } })],
    [
      "that is ready, and whose secret was deleted with its source",
      external({ status: { conditions: [condition("Deleted", "True"), condition("Ready", "True")] } }),
    ],
    ["that is being deleted", external({ metadata: { deletionTimestamp: "x" } })],
  ])("%s", (_what, externalSecret) => {
    expect(judge(externalSecret)).toEqual(["secret-synced: pending"]);
  });

  it.each<[string, Parts, string]>([
    ["refreshed just under twice its interval ago", { status: { refreshTime: minutesAgo(119.9) } }, "pass"],
    ["refreshed twice its interval ago", { status: { refreshTime: minutesAgo(120) } }, "pending"],
    ["never refreshed", { status: { refreshTime: null } }, "pending"],
    ["refreshed within a minute of clock skew", { status: { refreshTime: minutesAgo(-1) } }, "pass"],
    ["refreshed in the future", { status: { refreshTime: minutesAgo(-1.1) } }, "unknown"],
    ["with an interval that is none", { spec: { refreshInterval: "often" } }, "unknown"],
    [
      "that is old, and of a usual interval",
      { spec: { refreshInterval: undefined }, status: { refreshTime: minutesAgo(120) } },
      "pending",
    ],
    [
      "that is old, and made once only",
      { spec: { refreshPolicy: "CreatedOnce" }, status: { refreshTime: minutesAgo(9_000) } },
      "pass",
    ],
    [
      "that is old, and made when it changes only",
      { spec: { refreshPolicy: "OnChange" }, status: { refreshTime: minutesAgo(9_000) } },
      "pass",
    ],
    [
      "that is old, with an interval of nothing",
      { spec: { refreshInterval: "0s" }, status: { refreshTime: minutesAgo(9_000) } },
      "pass",
    ],
  ])("%s: %o", (_what, parts, answer) => {
    expect(judge(external(parts))).toEqual([SYNCED, `secret-fresh: ${answer}`, PRESENT]);
  });
});

describe("is not fooled by a Secret", () => {
  it.each<[string, SecretKeys | null]>([
    ["that is not there", null],
    ["that is being deleted", secret({ deletionTimestamp: "x" })],
    ["that somebody else made", secret({ labels: {} })],
    ["of another ExternalSecret", secret({ ownerReferences: [{ ...OWNER, name: "other" }] })],
    ["that a restore left without owner", secret({ ownerReferences: undefined })],
    ["without a key", SecretKeysSchema.parse({ ...secret(), data: { user: base64("u") } })],
    ["with an empty key", secret({}, { password: "" })],
  ])("%s", (_what, target) => {
    expect(judge(external(), target)).toEqual([SYNCED, FRESH, "secret-present: pending"]);
  });

  it.each([
    ["Orphan", secret({ ownerReferences: undefined })],
    ["Merge", secret({ ownerReferences: undefined, labels: {} })],
    ["None", secret({ ownerReferences: undefined, labels: {} })],
  ])("without owner where creationPolicy %s makes none", (creationPolicy, target) => {
    expect(judge(external({ spec: { target: { creationPolicy } } }), target)).toEqual([
      SYNCED,
      FRESH,
      PRESENT,
    ]);
  });
});

it("takes what it may not read for unknown", () => {
  const facts = (externalSecret: object, target: object) =>
    judgeSecrets(
      { secrets: [{ wanted: WANTED, externalSecret, target } as never] },
      { ...GATE, secrets: [WANTED] },
      NOW,
    );
  expect(answers(facts(FORBIDDEN, FORBIDDEN))).toEqual(["secret-synced: unknown"]);
  expect(answers(facts(read(external()), FORBIDDEN)).at(-1)).toBe("secret-present: unknown");
});

it("keeps no value of a Secret, and shows none", () => {
  const kept = secret();
  expect(kept.data).toEqual({ user: 1, password: "seeded-value".length });
  const findings = judgeSecrets(
    { secrets: [{ wanted: WANTED, externalSecret: read(external()), target: read(kept) }] },
    { ...GATE, secrets: [WANTED] },
    NOW,
  );
  expect(JSON.stringify([kept, findings])).not.toMatch(/seeded-value|c2VlZGVk/);
});

it.each([
  ["1h0m0s", 3_600_000],
  ["5m0s", 300_000],
  ["1.5h", 5_400_000],
  ["90s", 90_000],
  ["250ms", 250],
  ["0", 0],
  ["0s", 0],
  ["1h ", undefined],
  ["1d", undefined],
  ["10", undefined],
  ["", undefined],
])("reads Go's duration %j as %o ms", (text, milliseconds) => {
  expect(parseGoDuration(text)).toBe(milliseconds);
});
