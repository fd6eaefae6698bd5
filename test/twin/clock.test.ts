import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../lib/twin/clock.ts";

describe("the virtual clock", () => {
  it("jumps from event to event in order of time, ties in order of scheduling", async () => {
    const clock = new VirtualClock(1_000);
    const seen: string[] = [];
    clock.schedule(3_000, () => seen.push(`late ${clock.now()}`));
    clock.schedule(2_000, () => seen.push(`first ${clock.now()}`));
    clock.schedule(2_000, () => seen.push(`second ${clock.now()}`));
    expect(await clock.runUntil(() => false)).toBe(false);
    expect(seen).toEqual(["first 2000", "second 2000", "late 3000"]);
  });

  it("stands still while something real is in flight", async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    clock.schedule(10, () => seen.push("timer"));
    const work = clock
      .work(() => new Promise<string>((resolve) => setTimeout(() => resolve("real"), 20)), 5)
      .then((result) => seen.push(`${result} at ${clock.now()}`));
    await clock.runUntil(() => seen.length === 2);
    await work;
    expect(seen).toEqual(["real at 5", "timer"]);
  });

  it("delivers works in the order in which they were started, whichever ends first in real time", async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    const real = (name: string, milliseconds: number): Promise<string> =>
      new Promise((resolve) => setTimeout(() => resolve(name), milliseconds));
    void clock.work(() => real("slow", 30), 7).then((name) => seen.push(name));
    void clock.work(() => real("fast", 1), 7).then((name) => seen.push(name));
    await clock.runUntil(() => seen.length === 2);
    expect(seen).toEqual(["slow", "fast"]);
  });

  it("rejects a failed work after the time that the failure lasts", async () => {
    const clock = new VirtualClock(0);
    let failedAt: number | undefined;
    void clock
      .work(() => Promise.reject(new Error("no")), 0, 40)
      .catch(() => {
        failedAt = clock.now();
      });
    await clock.runUntil(() => failedAt !== undefined);
    expect(failedAt).toBe(40);
  });

  it("forgets what was taken back", async () => {
    const clock = new VirtualClock(0);
    let called = false;
    const takeBack = clock.schedule(5, () => {
      called = true;
    });
    takeBack();
    await clock.runTo(10);
    expect([called, clock.now()]).toEqual([false, 10]);
  });

  it("keeps the order of many events", async () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const times = Array.from({ length: 500 }, (_, index) => (index * 7_919) % 499);
    for (const at of times) clock.schedule(at, () => seen.push(at));
    await clock.runUntil(() => false);
    expect(seen).toEqual([...times].sort((a, b) => a - b));
  });
});
