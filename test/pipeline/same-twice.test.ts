import { expect, it } from "vitest";
import { runToEnd, withTwin } from "./run-twin.ts";

/** Through JSON, as `--json` writes it: what is not in the file is not compared. */
const deploy = (): Promise<{ seconds: number; record: unknown }> =>
  withTwin(undefined, async (twin) => {
    const { record } = await runToEnd(twin, { operation: "deploy", layers: ["platform-step02"] });
    expect(record.status, record.error?.cause).toBe("SUCCEEDED");
    const { wall, ...rest } = record;
    expect(wall).toBeDefined();
    return { seconds: record.seconds, record: JSON.parse(JSON.stringify(rest)) as unknown };
  });

it("the same world and the same input give the same run record, but for the wall clock", async () => {
  const first = await deploy();
  const second = await deploy();
  // A run of no length would compare equal to anything like it.
  expect(first.seconds).toBeGreaterThan(15 * 60);
  expect(second.record).toEqual(first.record);
});
