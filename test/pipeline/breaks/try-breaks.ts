import { expect, it } from "vitest";
import { lease, runToEnd, withTwin } from "../run-twin.ts";
import type { Expected } from "./expectations.ts";

/** One test for each break: the run ends where it should, says so once, and holds nothing afterwards. */
export function tryBreaks(expectations: Readonly<Record<string, Expected>>): void {
  it.each(Object.entries(expectations))(
    "%s ends where it should, said once, lease freed",
    async (name, expected) => {
      await withTwin(expected.from, async (twin) => {
        const { record, snapshot } = await runToEnd(twin, { operation: "deploy", layers: expected.layers }, [
          name,
        ]);
        const closing = record.notifications.filter(({ event }) => /^run-(succeeded|failed)$/.test(event));
        expect(record.status, record.error?.cause).toBe(expected.status);
        expect(closing.map(({ event }) => event)).toEqual([
          expected.status === "SUCCEEDED" ? "run-succeeded" : "run-failed",
        ]);
        expect(lease(snapshot)).toEqual([]);
        if (expected.says) expect(record.error?.cause).toMatch(expected.says);
        const failed = record.timeline.filter(({ status }) => status === "failed").map(({ step }) => step);
        if (expected.step) expect(failed).toContain(expected.step);
        // The gate that should catch it does, and no other is blamed.
        const blamed = failed.filter((step) => step.startsWith("Prove "));
        const gates = expected.step?.startsWith("Prove ") ? [expected.step, ...(expected.also ?? [])] : [];
        expect(blamed.sort()).toEqual(gates.sort());
      });
    },
  );
}
