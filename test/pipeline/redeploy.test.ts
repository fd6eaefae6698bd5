import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COLLECTIONS } from "../../lib/twin/world/records.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";
import { keysOf, resultsOf, stepNames, stepOf } from "./run-facts.ts";
import { lease, openTwin, withTwin } from "./run-twin.ts";
import { DEPENDENCIES, type Ended, everyLayer, GATE_STEPS, NAMES, runIn } from "./whole-runs.ts";

/** What layers make; everything else in a world belongs to the control plane or is a record of what happened. */
const MADE_BY_LAYERS = [
  COLLECTIONS.resources,
  COLLECTIONS.clusters,
  COLLECTIONS.nodegroups,
  COLLECTIONS.addons,
  COLLECTIONS.accessEntries,
  COLLECTIONS.zones,
  COLLECTIONS.dnsRecords,
  COLLECTIONS.loadBalancers,
  COLLECTIONS.parameters,
  COLLECTIONS.kmsKeys,
  COLLECTIONS.roles,
  COLLECTIONS.buckets,
  COLLECTIONS.kubernetesObjects,
  "kms.aliases",
];

/** Of everything that layers make, what a run left as it was. */
const madeIn = (world: WorldSnapshot) =>
  Object.fromEntries(MADE_BY_LAYERS.map((name) => [name, keysOf(world, name)]));

// Each run begins in what the one before it left; the second one in a world that was saved in between.
let deployed: Ended;
let destroyed: Ended;
let later: Awaited<ReturnType<typeof openTwin>>;

beforeAll(async () => {
  deployed = await withTwin(undefined, (twin) => runIn(twin, "deploy"));
  later = await openTwin(deployed.after);
});
afterAll(() => later.close());

describe("a second deploy", () => {
  let again: Ended;
  beforeAll(async () => {
    again = await runIn(later.twin, "deploy");
  });

  it("finds no changes in any layer and applies nothing", () => {
    expect(again.record.status, again.record.error?.cause).toBe("SUCCEEDED");
    expect(resultsOf(again.record)).toEqual(everyLayer("proven"));
    for (const layer of again.record.layers) {
      expect(layer.plan, layer.name).toEqual({ add: 0, change: 0, replace: 0, destroy: 0 });
      expect(layer.applied, layer.name).toBe(false);
    }
    expect(again.builds.filter((project) => project.includes("-apply-"))).toEqual([]);
    expect(stepNames(again.record).filter((step) => /^(Apply|Approve)/.test(step))).toEqual([]);
    expect(madeIn(again.after)[COLLECTIONS.resources]).toEqual(madeIn(again.before)[COLLECTIONS.resources]);
  });

  it("asks every gate again", () => {
    const asked = stepNames(again.record).filter((step) => step.startsWith("Prove "));
    expect(asked.sort()).toEqual([...GATE_STEPS].sort());
    for (const { name, findings } of again.record.layers) {
      const strict = findings.filter(({ severity }) => severity === "error");
      const before = deployed.record.layers.find((layer) => layer.name === name)?.findings ?? [];
      expect(strict.filter(({ status }) => status === "pass").length, name).toBe(
        before.filter(({ severity }) => severity === "error").length,
      );
    }
  });

  it("says in its notification that every layer is unchanged", () => {
    expect(again.closing.map(({ event }) => event)).toEqual(["run-succeeded"]);
    expect(again.closing[0]?.text.match(/proven, unchanged/g)).toHaveLength(NAMES.length);
  });
});

describe("a plan", () => {
  it("plans what it can on deployed ground and changes nothing", async () => {
    const planned = await runIn(later.twin, "plan", ["platform-step02"]);
    expect(planned.record.status, planned.record.error?.cause).toBe("SUCCEEDED");
    expect(resultsOf(planned.record)).toEqual({
      ...everyLayer("skipped"),
      foundation: "planned",
      "platform-step02": "planned",
    });
    expect(planned.builds).toEqual(["prod-plan-foundation", "prod-plan-platform-step02"]);
    expect(madeIn(planned.after)).toEqual(madeIn(planned.before));
    expect(lease(planned.after)).toEqual([]);
  });

  it("says of a layer that needs a cluster that it cannot be planned before there is one", async () => {
    const planned = await withTwin(undefined, (twin) => runIn(twin, "plan", ["platform-step02"]));
    expect(planned.record.status, planned.record.error?.cause).toBe("SUCCEEDED");
    expect(resultsOf(planned.record)).toMatchObject({
      foundation: "planned",
      "platform-step02": "not-plannable",
    });
    expect(madeIn(planned.after)).toEqual(madeIn(planned.before));
  });
});

describe("a destroy", () => {
  beforeAll(async () => {
    destroyed = await runIn(later.twin, "destroy");
  });

  it("succeeds with every layer destroyed", () => {
    expect(destroyed.record.status, destroyed.record.error?.cause).toBe("SUCCEEDED");
    expect(resultsOf(destroyed.record)).toEqual(everyLayer("destroyed"));
    for (const { name, plan, retained } of destroyed.record.layers) {
      const made = deployed.record.layers.find((layer) => layer.name === name)?.plan?.add ?? 0;
      const left = retained?.resources.length ?? 0;
      expect(plan, name).toEqual({ add: 0, change: 0, replace: 0, destroy: made - left });
    }
  });

  it.each(DEPENDENCIES)("removes %s before it begins with %s", (layer, dependency) => {
    const gone = stepOf(destroyed.record, `Record removal of ${layer}`);
    const begins = stepOf(destroyed.record, `Plan removal of ${dependency}`);
    expect(begins.startedAt).toBeGreaterThanOrEqual(gone.endedAt);
    expect(stepOf(destroyed.record, `Remove ${dependency}`).startedAt).toBeGreaterThan(gone.endedAt);
  });

  it("leaves a world that holds nothing of any layer but what outlives it", () => {
    // The world before the deploy had what the control plane's own template makes, and nothing else.
    const left = madeIn(destroyed.after);
    const made = madeIn(deployed.before);
    const beyond = Object.entries(left).flatMap(([name, keys]) =>
      keys.filter((key) => !made[name]?.includes(key)).map((key) => `${name} ${key}`),
    );
    for (const key of beyond) expect(key).toMatch(/backup|kms/);
    const retained = destroyed.record.layers.flatMap((layer) => layer.retained?.resources ?? []);
    expect(beyond.filter((key) => key.startsWith(COLLECTIONS.resources))).toHaveLength(retained.length);
    for (const [name, keys] of Object.entries(made)) expect(left[name]).toEqual(expect.arrayContaining(keys));
  });

  it("lists what it keeps: the control plane's own buckets, keys and table, and what outlives its layer", () => {
    const retained = destroyed.record.retained ?? [];
    expect(retained.filter(({ because }) => /left behind/.test(because))).toEqual([]);
    const kept = retained.map(({ what }) => what);
    expect(kept).toEqual(
      expect.arrayContaining([`s3://${destroyed.stateBucket}`, expect.stringMatching(/^s3:.*artefacts/)]),
    );
    const buckets = kept.flatMap(
      (what) => /^s3:\/\/(.*)|^aws_s3_bucket\..*:::(.*)\)$/.exec(what)?.slice(1, 3) ?? [],
    );
    expect(buckets.filter((name) => name !== undefined).sort()).toEqual(
      keysOf(destroyed.after, COLLECTIONS.buckets).sort(),
    );
  });

  it("is closed by one notification, and frees the lease", () => {
    expect(destroyed.closing.map(({ event }) => event)).toEqual(["run-succeeded"]);
    for (const name of NAMES)
      expect(destroyed.closing[0]?.text).toMatch(new RegExp(`^- ${name}: destroyed`, "m"));
    expect(lease(destroyed.after)).toEqual([]);
  });
});
