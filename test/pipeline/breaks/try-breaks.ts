import { expect, it } from "vitest";
import { runRecord } from "../../../lib/cli/run-record.ts";
import { BREAKS } from "../../../lib/twin/breaks/breaks.ts";
import { closingMails, failedSteps, leaseIsHeld, resultsOf } from "../run-facts.ts";
import { withTwin } from "../run-twin.ts";
import type { Expected } from "./expectations.ts";

/** One test for each break: the run ends where it should, says so once, and holds nothing afterwards. */
export function tryBreaks(expectations: Readonly<Record<string, Expected>>): void {
  it.each(Object.entries(expectations))(
    "%s ends where it should, said once, lease freed",
    async (name, { from, layers, status, step, says }) => {
      await withTwin(from, async (twin) => {
        twin.prepareBreaks(BREAKS.filter((each) => each.name === name));
        const run = twin.start("deploy", { operation: "deploy", layers, reason: `${name} is tried` });
        await twin.finish(run);
        const record = runRecord(twin, run, 0);
        expect(record.status, record.error?.cause).toBe(status);
        expect(leaseIsHeld(twin), "the lease is held").toBe(false);
        const [mail, ...others] = closingMails(twin, run);
        expect(others).toEqual([]);
        expect(mail?.event).toBe(status === "SUCCEEDED" ? "run-succeeded" : "run-failed");
        expect(failedSteps(record).map((failed) => failed.step)).toEqual(step === undefined ? [] : [step]);
        if (step === undefined) return;
        // The layer, the step and the reason, in the record and in the mail.
        const layer = layers.at(-1) ?? "";
        expect(resultsOf(record)[layer]).toBe("failed");
        expect(record.error?.cause).toMatch(says ?? /./);
        expect(mail?.text).toContain(`Layer ${layer} failed at "${step}"`);
        expect(mail?.text).toMatch(says ?? /./);
        expect(mail?.text).toMatch(/\d of \d layers ended as wanted/);
      });
    },
  );
}
