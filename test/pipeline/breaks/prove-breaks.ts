/** The cheap way to try a break: in a world that stands, by the gates of one layer alone. */
import { expect, it } from "vitest";
import { type CheckRecord, checkRecord } from "../../../lib/cli/check-record.ts";
import { breaksNamed } from "../../../lib/twin/breaks/breaks.ts";
import { SYSTEM_MASTERS } from "../../../lib/twin/kubernetes/contract.ts";
import type { Twin } from "../../../lib/twin/twin.ts";
import type { WorldSnapshot } from "../../../lib/twin/world/world.ts";
import type { GroundName } from "../ground.ts";
import { withTwin } from "../run-twin.ts";

export interface ProvenBreak {
  /** The world that is broken: a ground, or any saved one. @default everything */
  readonly from?: GroundName | WorldSnapshot;
  /** Whose gates are asked. */
  readonly layer: string;
  /** The gate that catches it; every other gate of the layer must pass. */
  readonly gate: string;
  /** Gates that cannot pass either, because what they ask needs the same; none is blamed for anything else. */
  readonly also?: readonly string[];
  /** What the gate must say to a stranger. */
  readonly says: RegExp;
  /** What brings it to light: objects that are deleted, by their paths, because it only strikes what is made anew. */
  readonly deletes?: readonly string[];
  /** Between the break and the look, in virtual minutes: what it takes the world to show it. @default 0 */
  readonly settleMinutes?: number;
}

function deleteObjects({ kubernetes, deployment }: Twin, paths: readonly string[]): void {
  const cluster = kubernetes.cluster(deployment.environment);
  for (const path of paths) {
    const { status } = cluster.handle({ user: SYSTEM_MASTERS, method: "DELETE", path });
    expect(status, path).toBe(200);
  }
}

/** Proves layers in a twin that is open already. */
export async function proveIn(twin: Twin, layers: readonly string[]): Promise<CheckRecord> {
  const run = twin.startMachine("prove", { layers, reason: "test" });
  await twin.finishMachine(run);
  return checkRecord(twin, run, 0);
}

/** The gates of a record that are red, as `layer: gate`. */
export function redGates({ evidence }: CheckRecord): string[] {
  const gates = (evidence.gates ?? []) as { layer: string; kind: string; verdict: string }[];
  return gates.filter(({ verdict }) => verdict === "failed").map(({ layer, kind }) => `${layer}: ${kind}`);
}

/**
 * One test for each break: the gate that should catch it does and says why, and no other gate is blamed. A world
 * is opened for each, so that none sees another's traces; that and one layer's gates take a second of a processor.
 */
export function proveBreaks(expectations: Readonly<Record<string, ProvenBreak>>): void {
  it.each(Object.entries(expectations))("%s is caught by its gate alone", async (name, expected) => {
    const { from = "everything", layer, gate, also = [], says, settleMinutes = 0 } = expected;
    await withTwin(from, async (twin) => {
      twin.prepareBreaks(breaksNamed([name]));
      deleteObjects(twin, expected.deletes ?? []);
      await twin.clock.runTo(twin.clock.now() + settleMinutes * 60_000);
      const record = await proveIn(twin, [layer]);
      expect(redGates(record)).toEqual([gate, ...also].map((kind) => `${layer}: ${kind}`));
      expect(record.status).toBe("FAILED");
      expect(record.error?.cause).toMatch(says);
    });
  });
}
