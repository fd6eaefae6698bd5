import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { type RunRecord, runRecord } from "../../lib/cli/run-record.ts";
import { buildsOf } from "../../lib/twin/run-traces.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import { COLLECTIONS } from "../../lib/twin/world/records.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";
import { closingMails, keysOf, resultsOf, stepNames, stepOf, told } from "./run-facts.ts";
import { lease, openTwin, withTwin } from "./run-twin.ts";
import { secretsOf } from "./secrets.ts";

const { layers } = defineLayers(LAYERS);
const NAMES = layers.map(({ name }) => name);
const everyLayer = (result: string) => Object.fromEntries(NAMES.map((name) => [name, result]));
const DEPENDENCIES = layers.flatMap(({ name, dependsOn }) =>
  dependsOn.map((dependency) => [name, dependency]),
);
const GATE_STEPS = layers.flatMap(({ name, gates }) => gates.map(({ kind }) => `Prove ${name}: ${kind}`));

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

interface Ended {
  readonly record: RunRecord;
  readonly before: WorldSnapshot;
  readonly after: WorldSnapshot;
  readonly closing: readonly { event: string; text: string }[];
  readonly builds: readonly string[];
  readonly told: ReadonlyMap<string, string>;
  readonly stateBucket: string;
}

async function runIn(twin: Twin, operation: string, selected?: readonly string[]): Promise<Ended> {
  const before = twin.world.save();
  const run = twin.start(operation, {
    operation,
    reason: `${operation} in a test`,
    ...(selected ? { layers: selected } : {}),
  });
  await twin.finish(run);
  return {
    record: runRecord(twin, run, 0),
    before,
    after: twin.world.save(),
    closing: closingMails(twin, run),
    builds: buildsOf(twin, run).map(({ projectName }) => projectName),
    told: told(twin, run),
    stateBucket: twin.deployment.stateBucket,
  };
}

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

describe("a deploy into an empty world", () => {
  it("succeeds with every layer planned, applied and proven", () => {
    expect(deployed.record.status, deployed.record.error?.cause).toBe("SUCCEEDED");
    expect(resultsOf(deployed.record)).toEqual(everyLayer("proven"));
    for (const layer of deployed.record.layers) {
      expect(layer.applied, layer.name).toBe(true);
      expect(layer.plan?.add, layer.name).toBeGreaterThan(0);
      expect(layer.plan, layer.name).toMatchObject({ change: 0, replace: 0, destroy: 0 });
    }
  });

  it.each(DEPENDENCIES)("begins %s only when %s is recorded as proven", (layer, dependency) => {
    const ready = stepOf(deployed.record, `Record ${dependency}`);
    expect(ready.status).toBe("succeeded");
    expect(stepOf(deployed.record, `Plan ${layer}`).startedAt).toBeGreaterThanOrEqual(ready.endedAt);
    expect(stepOf(deployed.record, `Apply ${layer}`).startedAt).toBeGreaterThanOrEqual(ready.endedAt);
  });

  it("applies layers that do not depend on each other side by side", () => {
    for (const [one, other] of [
      ["resilience", "platform-step03"],
      ["app", "observability"],
    ]) {
      const [first, second] = [one, other].map((name) => stepOf(deployed.record, `Apply ${name}`));
      expect(first!.startedAt, `${one} ends before ${other} begins`).toBeLessThan(second!.endedAt);
      expect(second!.startedAt, `${other} ends before ${one} begins`).toBeLessThan(first!.endedAt);
    }
  });

  it("proves each layer by findings of every gate, all of them passed but for what is told and holds nothing up", () => {
    expect(stepNames(deployed.record)).toEqual(expect.arrayContaining(GATE_STEPS));
    const told = deployed.record.layers.flatMap(({ name, findings }) => {
      expect(findings.length, name).toBeGreaterThan(0);
      return findings
        .filter(({ status }) => status !== "pass")
        .map(({ check, subject, severity }) => `${severity}: ${name}: ${check}: ${subject}`);
    });
    expect(told).toEqual([
      // Nobody could delegate the zone before it was there; platform-step03 waits for it.
      "warning: foundation: zone-delegated: zone strata.example",
      // The default edge is one that nobody maintains any more. @see docs/edge.md
      "warning: platform-step02: in-support: chart ingress-nginx 4.15.1",
    ]);
  });

  it("is closed by one notification that names every layer, and frees the lease", () => {
    expect(deployed.closing.map(({ event }) => event)).toEqual(["run-succeeded"]);
    for (const name of NAMES)
      expect(deployed.closing[0]?.text).toMatch(new RegExp(`^- ${name}: proven`, "m"));
    expect(lease(deployed.after)).toEqual([]);
  });

  it("tells no secret to anybody", () => {
    const secrets = secretsOf(deployed.after, deployed.stateBucket);
    const places = [...secrets.keys()].join("\n");
    for (const known of [
      "Secret/observability/grafana-admin",
      "parameter /prod/canary",
      "password grafana in",
    ])
      expect(places).toContain(known);
    const searched = new Map([...deployed.told, ["run record", JSON.stringify(deployed.record)]]);
    for (const place of ["foundation/review.json", "app/gates/argocd.json", "app/manifest.json"])
      expect([...searched.keys()]).toContain(`artefact ${place}`);
    const leaks = [...secrets].flatMap(([place, value]) =>
      [...searched].flatMap(([where, text]) =>
        [value, Buffer.from(value).toString("base64"), JSON.stringify(value).slice(1, -1)].some((form) =>
          text.includes(form),
        )
          ? [`${place} stands in ${where}`]
          : [],
      ),
    );
    expect(leaks).toEqual([]);
  });
});

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
    for (const { name, plan } of destroyed.record.layers)
      expect(plan, name).toEqual({
        add: 0,
        change: 0,
        replace: 0,
        destroy: deployed.record.layers.find((layer) => layer.name === name)?.plan?.add,
      });
  });

  it.each(DEPENDENCIES)("removes %s before it begins with %s", (layer, dependency) => {
    const gone = stepOf(destroyed.record, `Record removal of ${layer}`);
    const begins = stepOf(destroyed.record, `Plan removal of ${dependency}`);
    expect(begins.startedAt).toBeGreaterThanOrEqual(gone.endedAt);
    expect(stepOf(destroyed.record, `Remove ${dependency}`).startedAt).toBeGreaterThan(gone.endedAt);
  });

  it("leaves a world that holds nothing of any layer", () => {
    // The world before the deploy had what the control plane's own template makes, and nothing else.
    expect(madeIn(destroyed.after)).toEqual(madeIn(deployed.before));
  });

  it("lists what it keeps: the control plane's own buckets, keys and table, and nothing of a layer", () => {
    const retained = destroyed.record.retained ?? [];
    expect(retained.filter(({ because }) => /left behind/.test(because))).toEqual([]);
    const kept = retained.map(({ what }) => what);
    expect(kept).toEqual(
      expect.arrayContaining([`s3://${destroyed.stateBucket}`, expect.stringMatching(/^s3:.*artefacts/)]),
    );
    expect(kept.filter((what) => what.startsWith("s3://")).map((what) => what.slice("s3://".length))).toEqual(
      keysOf(destroyed.after, COLLECTIONS.buckets),
    );
  });

  it("is closed by one notification, and frees the lease", () => {
    expect(destroyed.closing.map(({ event }) => event)).toEqual(["run-succeeded"]);
    for (const name of NAMES)
      expect(destroyed.closing[0]?.text).toMatch(new RegExp(`^- ${name}: destroyed`, "m"));
    expect(lease(destroyed.after)).toEqual([]);
  });
});
