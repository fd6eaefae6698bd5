import { expect, it } from "vitest";
import { breaksNamed } from "../../../lib/twin/breaks/breaks.ts";
import { type Ending, endingOf } from "../ending.ts";
import { failedSteps, resultsOf } from "../run-facts.ts";
import { withTwin } from "../run-twin.ts";
import type { Expected } from "./expectations.ts";

/** One test for each break: the run ends where it should, says so once, and holds nothing afterwards. */
export function tryBreaks(expectations: Readonly<Record<string, Expected>>): void {
  it.each(Object.entries(expectations))(
    "%s ends where it should, said once, lease freed",
    async (name, expected) => {
      const { from, layers, fails } = expected;
      await withTwin(from, async (twin) => {
        twin.prepareBreaks(breaksNamed([name]));
        const run = twin.start("deploy", { operation: "deploy", layers, reason: `${name} is tried` });
        const ending = await endingOf(twin, run);
        expect(ending.record.status, ending.record.error?.cause).toBe(fails ? "FAILED" : "SUCCEEDED");
        expect(ending.event).toBe(fails ? "run-failed" : "run-succeeded");
        expect(failedSteps(ending.record).map(({ step }) => step)).toEqual(fails ? [fails.step] : []);
        if (fails) expectTold(ending, layers.at(-1) ?? "", fails);
      });
    },
  );
}

/** The layer, the step and the reason, in the record and in the mail; whatever it needs has ended as wanted. */
function expectTold({ record, text }: Ending, layer: string, fails: NonNullable<Expected["fails"]>): void {
  const results = Object.entries(resultsOf(record)).filter(([, result]) => result !== "skipped");
  expect(results.filter(([, result]) => result !== "proven")).toEqual([[layer, "failed"]]);
  expect(record.error?.cause).toMatch(fails.says);
  expect(text).toMatch(new RegExp(`Layer ${layer} failed at "${fails.step}".*${fails.says.source}`));
  expect(text).toContain(`${results.length - 1} of ${results.length} layers ended as wanted`);
}
