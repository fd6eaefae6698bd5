import { expect, it } from "vitest";
import { breaksNamed } from "../../../lib/twin/breaks/breaks.ts";
import { withTwin } from "../run-twin.ts";
import { PROVEN, TOLD } from "./expectations.ts";
import { proveBreaks, proveIn, redGates } from "./prove-breaks.ts";

proveBreaks(PROVEN);

it("what no gate should stop at is told, each by a warning, and holds nothing up", async () => {
  await withTwin("everything", async (twin) => {
    twin.prepareBreaks(breaksNamed(Object.keys(TOLD)));
    const record = await proveIn(twin, ["platform-step02", "platform-step03"]);
    expect([record.status, redGates(record)]).toEqual(["SUCCEEDED", []]);
    const told = record.findings
      .filter(({ status, severity }) => status === "fail" && severity === "warning")
      .map(({ subject, observed }) => `${subject}: ${observed}`);
    for (const says of Object.values(TOLD)) expect(told).toContainEqual(expect.stringMatching(says));
  });
});
