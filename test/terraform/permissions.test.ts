import { describe, expect, it } from "vitest";
import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import type { Statement } from "../stacks/statements.ts";
import { actionsOnEverything, layerStatements, MODES, unusedActions } from "./permissions.ts";

const statementsFor = layerStatements();
const { layers, layer } = defineLayers(LAYERS);
const roles = layers.flatMap((each) => MODES.map((mode) => [mode, each.name, each] as const));

const granting = (action: string, resource: string): Statement => ({
  effect: "Allow",
  actions: [action],
  resources: [resource],
  condition: undefined,
});

describe("the role that may", () => {
  it.each(roles)("%s %s has no action that nothing of the layer needs", (mode, _, each) => {
    expect(unusedActions(each, mode, statementsFor(each, mode))).toEqual([]);
  });

  it.each(roles)("%s %s says where it may act wherever AWS lets it", (mode, _, each) => {
    expect(actionsOnEverything(statementsFor(each, mode))).toEqual([]);
  });
});

describe("a role with too much", () => {
  const foundation = layer("foundation");

  it.each([
    ["apply", "dynamodb:DeleteTable"],
    ["apply", "kms:Sign"],
    ["plan", "kms:CreateKey"],
    ["plan", "dynamodb:DescribeTable"],
  ] as const)("that may %s and has %s besides is found", (mode, action) => {
    const statements = [...statementsFor(foundation, mode), granting(action, "arn:aws:a:::b")];
    expect(unusedActions(foundation, mode, statements)).toEqual([action]);
  });

  it("that may act everywhere is found", () => {
    expect(actionsOnEverything([granting("ec2:DeleteVpc", "*")])).toEqual(["ec2:DeleteVpc"]);
  });
});
