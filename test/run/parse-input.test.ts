import { expect, it } from "vitest";
import { InvalidInputError } from "../../lib/run/errors.ts";
import { parseRunInput } from "../../lib/run/parse-input.ts";

it("takes the shortest input", () => {
  expect(parseRunInput({ operation: "deploy", reason: " try " })).toEqual({
    operation: "deploy",
    reason: "try",
    layers: "all",
    allowDestroy: [],
  });
});

it.each([
  [{ operation: "deploy" }, /reason/],
  [{ operation: "deploy", reason: "  " }, /reason: say why/],
  [{ operation: "nuke", reason: "x" }, /operation/],
  [{ operation: "deploy", reason: "x", layer: "app" }, /layer/],
  [{ operation: "deploy", reason: "x", layers: [] }, /layers/],
  ["deploy", /\(whole\)/],
])("rejects %j naming path and problem", (input, problem) => {
  expect(() => parseRunInput(input)).toThrow(InvalidInputError);
  expect(() => parseRunInput(input)).toThrow(problem);
});
