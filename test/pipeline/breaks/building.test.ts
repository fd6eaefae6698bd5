import { expect, it } from "vitest";
import { BREAKS } from "../../../lib/twin/breaks/breaks.ts";
import { BUILDING, EXPECTATIONS } from "./expectations.ts";
import { tryBreaks } from "./try-breaks.ts";

it("every break is tried by one of these files", () => {
  expect(Object.keys(EXPECTATIONS).sort()).toEqual(BREAKS.map(({ name }) => name).sort());
});

tryBreaks(BUILDING);
