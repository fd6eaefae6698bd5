import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { judgePreflight, type PreflightFacts } from "../../lib/backups/judge-preflight.ts";
import { judgeRestore, type RestoreFacts } from "../../lib/backups/judge-restore.ts";
import { judgeSandbox, readCanary, type SandboxFacts } from "../../lib/backups/judge-sandbox.ts";
import { judgeSelection, type SelectionFacts } from "../../lib/backups/judge-selection.ts";
import { judgeMeasured, measure } from "../../lib/backups/measure.ts";
import type { Backup, Restore } from "../../lib/backups/objects.ts";
import * as sandbox from "../../lib/backups/sandbox.ts";
import type { Target } from "../../lib/backups/settings.ts";
import { failed, healthy, progressing } from "../../lib/gates/health/verdict.ts";
import { readable, unreadable } from "../../lib/gates/reading.ts";
import type { Finding } from "../../lib/run/finding.ts";

const NOW = new Date("2026-11-25T08:00:00Z");
const ago = (hours: number): string => new Date(NOW.getTime() - hours * 3_600_000).toISOString();
const wrong = (findings: readonly Finding[]): string[] =>
  findings.filter(({ status }) => status !== "pass").map(({ check, status }) => `${check}: ${status}`);

const SETTINGS = {
  schedules: [{ name: "daily", schedule: "velero-daily", path: "snapshot" as const, rpoHours: 26 }],
  rtoMinutes: 30,
};
const STATUS = {
  phase: "Completed",
  startTimestamp: ago(6),
  expiration: ago(-24),
  errors: 0,
  progress: { itemsBackedUp: 100 },
  volumeSnapshotsAttempted: 2,
  volumeSnapshotsCompleted: 2,
  csiVolumeSnapshotsAttempted: 0,
  csiVolumeSnapshotsCompleted: 0,
  backupItemOperationsFailed: 0,
};
const backup = (name: string, status: Partial<typeof STATUS> = {}): Backup => ({
  metadata: { name, labels: { "velero.io/schedule-name": "velero-daily" } },
  spec: { storageLocation: "default" },
  status: { ...STATUS, ...status },
});
const select = (backups: readonly Backup[], more: Partial<SelectionFacts> = {}, wanted = {}) =>
  judgeSelection(
    {
      backups,
      schedules: [{ metadata: { name: "velero-daily" }, spec: {} }],
      locations: [{ metadata: { name: "default" }, spec: { objectStorage: { bucket: "backups" } } }],
      ...more,
    },
    SETTINGS,
    wanted,
    "verify-backup-0001",
    NOW,
  );

describe("the selection", () => {
  it("counts the backups of one location only, where it is told which, and awaits the first of them", () => {
    const of = (backups: Backup[]) =>
      judgeSelection(
        {
          backups,
          schedules: [{ metadata: { name: "velero-daily" }, spec: {} }],
          locations: [{ metadata: { name: "recovery" }, spec: { objectStorage: { bucket: "theirs" } } }],
        },
        { ...SETTINGS, location: "recovery", awaitMinutes: 10 },
        {},
        "verify-backup-0001",
        NOW,
      );
    const theirs = {
      ...backup("theirs", { startTimestamp: ago(20) }),
      spec: { storageLocation: "recovery" },
    };
    expect(of([theirs, backup("own")]).targets.map((target) => target.backup)).toMatchObject([
      { name: "theirs", bucket: "theirs" },
    ]);
    expect(wrong(of([backup("own")]).findings)).toEqual(["backup-chosen: pending"]);
  });

  it("takes the newest backup that has ended, not one that goes on", () => {
    const { findings, targets } = select([
      backup("old", { startTimestamp: ago(30) }),
      backup("new"),
      backup("now", { phase: "InProgress", startTimestamp: ago(0) }),
    ]);
    expect(wrong(findings)).toEqual([]);
    expect(targets.map((target) => target.backup.name)).toEqual(["new"]);
    expect(targets[0]?.sandbox).toBe("restore-verify-daily-verify-backup-0001");
  });

  it("never falls back to an older one that is whole", () => {
    const { findings } = select([
      backup("old", { startTimestamp: ago(20) }),
      backup("new", { phase: "PartiallyFailed" }),
    ]);
    expect(wrong(findings)).toEqual(["backup-complete: fail"]);
  });

  it.each<[string, Partial<typeof STATUS>, string[]]>([
    ["errors", { errors: 1 }, ["backup-complete: fail"]],
    ["a snapshot less than tried", { volumeSnapshotsCompleted: 1 }, ["backup-complete: fail"]],
    ["26 h of age", { startTimestamp: ago(26) }, []],
    ["more than 26 h of age", { startTimestamp: ago(26.1) }, ["backup-in-time: fail"]],
    ["nothing in it", { progress: { itemsBackedUp: 0 } }, ["backup-not-empty: fail"]],
    ["half of its forerunner's objects", { progress: { itemsBackedUp: 50 } }, []],
    ["less than half of them", { progress: { itemsBackedUp: 49 } }, ["backup-not-empty: fail"]],
    ["an expiration within the hour", { expiration: ago(-1) }, ["backup-kept: fail"]],
  ])("judges a backup with %s", (_case, status, expected) => {
    const { findings } = select([backup("before", { startTimestamp: ago(48) }), backup("new", status)]);
    expect(wrong(findings)).toEqual(expected);
  });

  it("fails without any backup, for a paused schedule, and for a location that is gone", () => {
    expect(wrong(select([]).findings)).toEqual(["backup-chosen: fail"]);
    const paused = { schedules: [{ metadata: { name: "velero-daily" }, spec: { paused: true } }] };
    expect(wrong(select([backup("new")], paused).findings)).toEqual(["backup-schedule-enabled: fail"]);
    expect(wrong(select([backup("new")], { locations: [] }).findings)).toEqual(["backup-chosen: fail"]);
  });

  it("takes the backup that was asked for, however old, and says that it is", () => {
    const chosen = select([backup("old", { startTimestamp: ago(90) }), backup("new")], {}, { backup: "old" });
    expect(chosen.targets[0]?.backup.name).toBe("old");
    expect(wrong(chosen.findings)).toEqual(["backup-in-time: fail"]);
    expect(wrong(select([backup("new")], {}, { backup: "none" }).findings)).toEqual(["backup-chosen: fail"]);
  });
});

const target: Target = {
  name: "daily",
  path: "snapshot",
  backup: { name: "b", startedAt: ago(6), bucket: "backups" },
  rpoHours: 26,
  rtoMinutes: 30,
  namespace: "backup-canary",
  sandbox: "restore-verify-daily-x",
};
const RULES = `
- conditions: {groupResource: services, matches: [{path: /spec/type, value: LoadBalancer}]}
  mergePatches: [{patchData: '{"spec":{"type":"ClusterIP"}}'}]
- conditions: {groupResource: cronjobs.batch}
  mergePatches: [{patchData: '{"spec":{"suspend":true}}'}]`;
const LISTED = ["v1/PersistentVolumeClaim", "apps/v1/Deployment", "v1/ConfigMap"];
const facts = (changes: Partial<PreflightFacts> = {}): PreflightFacts => ({
  location: {
    metadata: { name: "default" },
    spec: { objectStorage: { bucket: "backups" } },
    status: { phase: "Available", lastValidationTime: new Date(NOW.getTime() - 60_000).toISOString() },
  },
  namespace: undefined,
  modifier: { "modifier.yaml": RULES },
  argocd: {},
  objects: [{ key: "backups/b/b.tar.gz", storageClass: "STANDARD" }],
  snapshots: [{ id: "snap-1", state: "completed", tier: "standard" }],
  resources: readable(Object.fromEntries(LISTED.map((kind) => [kind, ["backup-canary/backup-canary"]]))),
  volumes: readable([
    {
      pvcName: "backup-canary",
      pvcNamespace: "backup-canary",
      nativeSnapshotInfo: { snapshotHandle: "snap-1" },
    },
  ]),
  ...changes,
});
const preflight = (changes: Partial<PreflightFacts> = {}, of = target): string[] =>
  wrong(judgePreflight(facts(changes), of, "arn:own", NOW));
const namespace = (owner?: string) => ({
  metadata: { name: target.sandbox, annotations: owner ? { [sandbox.OWNER_ANNOTATION]: owner } : {} },
});

describe("the preflight", () => {
  it("passes a backup that can be restored, without Argo CD too, and into its own sandbox", () => {
    expect(preflight()).toEqual([]);
    expect(preflight({ argocd: undefined })).toEqual([]);
    expect(preflight({ namespace: namespace("arn:own") })).toEqual([]);
  });

  it("rejects somebody else's namespace", () => {
    expect(preflight({ namespace: namespace("arn:other") })).toEqual(["sandbox-free: fail"]);
    expect(preflight({ namespace: namespace() })).toEqual(["sandbox-free: fail"]);
  });

  it("rejects objects in an archive tier, but not in one that can be read at once", () => {
    const object = (storageClass: string) => ({ objects: [{ key: "k", storageClass }] });
    for (const storageClass of ["GLACIER", "DEEP_ARCHIVE"])
      expect(preflight(object(storageClass))).toEqual(["backup-readable: fail"]);
    expect(preflight(object("GLACIER_IR"))).toEqual([]);
    expect(preflight({ objects: [] })).toEqual(["backup-readable: fail"]);
  });

  it("rejects a snapshot that is missing, pending or archived, and lists that cannot be read", () => {
    const holds = ["backup-holds-volume: fail"];
    expect(preflight({ snapshots: [] })).toEqual(holds);
    expect(preflight({ snapshots: [{ id: "snap-1", state: "pending", tier: "standard" }] })).toEqual(holds);
    expect(preflight({ snapshots: [{ id: "snap-1", state: "completed", tier: "archive" }] })).toEqual(holds);
    expect(preflight({ volumes: readable([]) })).toEqual(holds);
    expect(preflight({ volumes: unreadable("no JSON") })).toEqual(["backup-lists-read: fail"]);
  });

  it("asks for files where the schedule saves files: a snapshot is none", () => {
    const files = { ...target, path: "files" as const };
    expect(preflight({}, files)).toEqual(["backup-holds-volume: fail"]);
    const info = { pvcName: "backup-canary", pvcNamespace: "backup-canary" };
    const saved = { ...info, pvbInfo: { snapshotHandle: "a", phase: "Completed" } };
    expect(preflight({ volumes: readable([saved]) }, files)).toEqual([]);
    expect(preflight({ volumes: readable([{ ...info, skipped: true }]) }, files)).toHaveLength(1);
  });

  it("rejects a backup without the canary, rules that fence nothing, and tracking by label", () => {
    expect(preflight({ resources: readable({}) })).toEqual(["backup-holds-canary: fail"]);
    expect(preflight({ modifier: undefined })).toEqual(["restore-fenced: fail"]);
    expect(preflight({ modifier: { "modifier.yaml": RULES.replace("services", "ingresses") } })).toHaveLength(
      1,
    );
    expect(preflight({ argocd: { "application.resourceTrackingMethod": "label" } })).toEqual([
      "copies-not-tracked: fail",
    ]);
  });

  it("believes a location only while somebody validates it", () => {
    const at = (minutes: number) => ({
      metadata: { name: "default" },
      spec: { objectStorage: { bucket: "backups" } },
      status: {
        phase: "Available",
        lastValidationTime: new Date(NOW.getTime() - minutes * 60_000).toISOString(),
      },
    });
    expect(preflight({ location: at(4) })).toEqual([]);
    expect(preflight({ location: at(5) })).toEqual(["backup-location-available: fail"]);
    expect(preflight({ location: undefined })).toEqual(["backup-location-available: fail"]);
  });
});

const RESTORE: Restore = {
  metadata: { name: target.sandbox },
  status: { phase: "Completed", errors: 0, warnings: 0 },
};
const restored = (changes: Partial<RestoreFacts> = {}): string[] =>
  wrong(
    judgeRestore(
      {
        restore: RESTORE,
        results: {},
        restored: {
          "v1/ConfigMap": [`${target.sandbox}/a(created)`],
          "v1/PersistentVolume": ["velero-clone(created)"],
        },
        backedUp: {
          "v1/ConfigMap": ["backup-canary/a", "other/b"],
          "v1/Pod": ["backup-canary/pod"],
          "networking.k8s.io/v1/Ingress": ["backup-canary/web"],
        },
        ...changes,
      },
      target,
    ),
  );

describe("the restore", () => {
  it("passes with all that the backup lists but what is left out on purpose", () => {
    expect(restored()).toEqual([]);
  });

  it("rejects what is missing, skipped or failed, and an empty list", () => {
    expect(restored({ restored: {} })).toEqual(["restore-whole: fail"]);
    for (const action of ["skipped", "failed"])
      expect(restored({ restored: { "v1/ConfigMap": [`${target.sandbox}/a(${action})`] } })).toEqual([
        "restore-whole: fail",
      ]);
    expect(restored({ backedUp: {} })).toEqual(["restore-whole: fail"]);
  });

  it("rejects anything outside of the sandbox", () => {
    const own = { "v1/ConfigMap": [`${target.sandbox}/a(created)`] };
    for (const more of [
      { "v1/Secret": ["kube-system/s(created)"] },
      { "rbac.authorization.k8s.io/v1/ClusterRole": ["admin(created)"] },
      { "v1/Service": [`${target.sandbox}-too/s(created)`] },
    ])
      expect(restored({ restored: { ...own, ...more } })).toEqual(["restore-within-sandbox: fail"]);
  });

  it("knows harmless warnings by name, and no other", () => {
    const warnings = (message: string) => ({ results: { warnings: { namespaces: { x: [message] } } } });
    expect(restored(warnings('could not restore, ConfigMap "kube-root-ca.crt" already exists.'))).toEqual([]);
    expect(restored(warnings('could not restore, ConfigMap "a" already exists.'))).toEqual([
      "restore-without-warnings: fail",
    ]);
  });

  it("says Velero's own reason when it failed", () => {
    const [finding] = judgeRestore(
      {
        restore: { ...RESTORE, status: { phase: "PartiallyFailed", errors: 1, warnings: 0 } },
        results: { errors: { namespaces: { x: ["not authorized to perform: ec2:CreateVolume"] } } },
        restored: undefined,
        backedUp: {},
      },
      target,
    );
    expect(finding).toMatchObject({ check: "restore-complete", status: "fail" });
    expect(finding?.message).toContain("ec2:CreateVolume");
  });
});

const WHOLE = `/data/canary: whole, written ${ago(6.2)}, sha256 ${"a".repeat(64)}`;
const object = (kind: string, health = healthy("well"), lastWords?: string) => ({
  kind,
  name: "x",
  health,
  lastWords,
});
const inSandbox = (changes: Partial<SandboxFacts> = {}): string[] =>
  wrong(
    judgeSandbox(
      {
        claims: [object("PersistentVolumeClaim")],
        workloads: [object("Deployment")],
        pods: [object("Pod")],
        job: object("Job", healthy("Complete"), WHOLE),
        ...changes,
      },
      target,
    ),
  );

describe("the sandbox", () => {
  it("passes when all is ready and the canary is whole", () => {
    expect(inSandbox()).toEqual([]);
  });

  it("waits for what is on its way, and rejects what will not come", () => {
    expect(inSandbox({ workloads: [object("Deployment", progressing("0 of 1"))] })).toEqual([
      "restored-workloads-ready: pending",
    ]);
    expect(inSandbox({ claims: [] })).toEqual(["volumes-bound: fail"]);
    expect(inSandbox({ job: undefined })).toEqual(["canary-whole: pending"]);
    expect(inSandbox({ job: object("Job", failed("Failed"), "a is not b") })).toEqual(["canary-whole: fail"]);
  });

  it("lets the canary speak before its pod's crash is the end of it", () => {
    const crashing = [object("Pod", failed("CrashLoopBackOff"), "a is not b")];
    expect(inSandbox({ pods: crashing, job: undefined })).toEqual([
      "restored-workloads-ready: pending",
      "canary-whole: pending",
    ]);
    expect(inSandbox({ pods: crashing })).toEqual(["restored-workloads-ready: fail"]);
  });

  it("believes the canary's own words only", () => {
    expect(inSandbox({ job: object("Job", healthy("Complete"), "fine") })).toEqual(["canary-whole: fail"]);
    expect(readCanary(WHOLE)?.sha256).toBe("a".repeat(64));
    expect(readCanary(WHOLE.slice(0, -1))).toBeUndefined();
  });
});

describe("the measure", () => {
  const measured = (readyAfterMinutes: number, writtenHoursAgo = 6.2) =>
    wrong(
      judgeMeasured(
        measure(
          target,
          { startedAt: ago(1), completedAt: ago(0.9) },
          { writtenAt: ago(writtenHoursAgo), sha256: "" },
          ago(1),
          ago(1 - readyAfterMinutes / 60),
        ),
        target,
      ),
    );
  it("passes at the target and rejects beyond it", () => {
    expect(measured(30)).toEqual([]);
    expect(measured(31)).toEqual(["rto-met: fail"]);
  });
  it("rejects a canary that was not being written", () => {
    expect(measured(5, 7.1)).toEqual([]);
    expect(measured(5, 7.3)).toEqual(["canary-fresh: fail"]);
  });
});

describe("a sandbox's name", () => {
  it("is one of Kubernetes, the same each time, and no longer than it may be", () => {
    const name = sandbox.sandboxName("daily", `Run_${"x".repeat(90)}.`);
    expect(name).toMatch(/^restore-verify-daily-run-x+$/);
    expect(name.length).toBeLessThanOrEqual(63);
  });
});

describe("the cluster's own fence", () => {
  const verifier = readFileSync("terraform/resilience/restore-verifier.tf", "utf8");
  const list = /never_restored = \[([^\]]*)\]/.exec(verifier)?.[1] ?? "";
  it("leaves out the same kinds, and knows the same prefix, label and modifier", () => {
    expect([...list.matchAll(/"([^"]+)"/g)].map(([, kind]) => kind)).toEqual(sandbox.NEVER_RESTORED);
    expect(verifier).toContain(`sandbox_prefix   = "${sandbox.SANDBOX_PREFIX}"`);
    expect(verifier).toContain(`sandbox_label    = "${sandbox.SANDBOX_LABEL}"`);
    expect(verifier).toContain(`name      = "${sandbox.RESTORE_MODIFIER}"`);
  });
  it("knows a left out kind by its name in Velero's lists", () => {
    expect(sandbox.isNeverRestored("networking.k8s.io/v1/Ingress")).toBe(true);
    expect(sandbox.isNeverRestored("networking.k8s.io/v1/NetworkPolicy")).toBe(false);
    expect(sandbox.isNeverRestored("v1/Service")).toBe(false);
  });
});
