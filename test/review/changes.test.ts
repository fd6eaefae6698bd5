import { expect, it } from "vitest";
import { changedOutputs, countChanges, plannedChanges, unallowedDestroys } from "../../lib/review/changes.ts";
import { parsePlan } from "../../lib/review/plan-json.ts";
import { PlanRejectedError } from "../../lib/run/errors.ts";
import { change, planOf } from "./samples.ts";

it.each([
  [["no-op"], undefined],
  [["read"], undefined],
  [["create"], "create"],
  [["update"], "update"],
  [["delete"], "delete"],
  [["delete", "create"], "replace"],
  [["create", "delete"], "replace"],
  [["forget"], "update"],
  [["create", "forget"], "replace"],
])("reads %j as %s", (actions, action) => {
  expect(plannedChanges(planOf(change("aws_vpc.this", actions)))[0]?.action).toBe(action);
});

it("rejects an action that it does not know", () => {
  expect(() => plannedChanges(planOf(change("aws_vpc.this", ["obliterate"])))).toThrow(PlanRejectedError);
});

const changes = plannedChanges(
  planOf(
    change("aws_a.x", ["create"]),
    change("aws_b.x", ["update"]),
    change("aws_c.x", ["create", "delete"]),
    change("aws_d.x", ["delete"]),
    { ...change("data.aws_e.x", ["create"]), mode: "data" },
  ),
);

it("counts a replacement once, and neither as add nor as destroy", () => {
  expect(countChanges(changes)).toEqual({ add: 1, change: 1, replace: 1, destroy: 1 });
});

it("lists destroys first, then replacements", () => {
  expect(changes.map(({ address }) => address)).toEqual(["aws_d.x", "aws_c.x", "aws_b.x", "aws_a.x"]);
});

it("finds destroys and replacements of protected types, unless they are allowed by address", () => {
  const protects = ["aws_a", "aws_b", "aws_c", "aws_d"];
  expect(unallowedDestroys(changes, protects, [])).toEqual(["aws_d.x", "aws_c.x"]);
  expect(unallowedDestroys(changes, protects, ["aws_d.x"])).toEqual(["aws_c.x"]);
  expect(unallowedDestroys(changes, ["aws_a"], [])).toEqual([]);
});

it("names outputs that change", () => {
  const plan = { ...planOf(), output_changes: { a: { actions: ["no-op"] }, b: { actions: ["update"] } } };
  expect(changedOutputs(plan)).toEqual(["b"]);
});

it.each([
  ["{", /not JSON/],
  ['{"format_version":"2.0"}', /format_version/],
  ['{"format_version":"1.2","errored":true}', /incomplete/],
])("rejects the plan %s", (text, problem) => {
  expect(() => parsePlan(text)).toThrow(PlanRejectedError);
  expect(() => parsePlan(text)).toThrow(problem);
});
