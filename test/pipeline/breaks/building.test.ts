import { expect, it } from "vitest";
import { BREAKS } from "../../../lib/twin/breaks/breaks.ts";
import { BROKEN_BACKUPS } from "./broken-backups.ts";
import { BESIDE_OTHERS, BUILDING, EXPECTATIONS, PROVEN, TOLD } from "./expectations.ts";
import { LIES } from "./lies.ts";
import { tryBreaks } from "./try-breaks.ts";

it("every break is tried by a test", () => {
  const lies = Object.values(LIES).flatMap((each) => Object.keys(each));
  const tried = [
    ...Object.keys(EXPECTATIONS),
    ...BESIDE_OTHERS,
    ...Object.keys(TOLD),
    ...Object.keys(PROVEN),
    ...Object.keys(BROKEN_BACKUPS),
    ...lies,
  ];
  expect(tried.sort()).toEqual(BREAKS.map(({ name }) => name).sort());
});

tryBreaks(BUILDING);
