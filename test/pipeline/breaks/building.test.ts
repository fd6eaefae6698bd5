import { expect, it } from "vitest";
import { BREAKS } from "../../../lib/twin/breaks/breaks.ts";
import { BUILDING, EXPECTATIONS } from "./expectations.ts";
import { LIES } from "./lies.ts";
import { tryBreaks } from "./try-breaks.ts";

it("every break is tried by one of these files", () => {
  const lies = Object.values(LIES).flatMap((each) => Object.keys(each));
  expect([...Object.keys(EXPECTATIONS), ...lies].sort()).toEqual(BREAKS.map(({ name }) => name).sort());
});

tryBreaks(BUILDING);
