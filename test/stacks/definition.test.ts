// @ts-expect-error asl-validator 4 has no declarations
import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import { layerName } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { flat } from "./statements.ts";
import { synthesized } from "./synthesized.ts";

const { Resources: resources } = await synthesized();
const machine = Object.values(resources).find(
  ({ Type, Properties }) =>
    Type === "AWS::StepFunctions::StateMachine" && Properties.StateMachineName === "prod-pipeline",
)!;
const text = flat(machine.Properties.DefinitionString);
const definition = JSON.parse(text) as Record<string, unknown>;

function stateNames(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const here = "States" in node ? Object.keys(node.States as object) : [];
  return [...here, ...Object.values(node).flatMap(stateNames)];
}

describe("the state machine's definition", () => {
  const names = stateNames(definition);

  it("is valid Amazon States Language in JSONata, far below the limit of 1 MB", () => {
    const validate = (aslValidator as unknown as { default?: typeof aslValidator }).default ?? aslValidator;
    expect((validate as (d: unknown) => { isValid: boolean; errors: unknown[] })(definition).errors).toEqual(
      [],
    );
    expect(definition.QueryLanguage).toBe("JSONata");
    expect(text.length).toBeLessThan(500_000);
  });

  it("names every state once", () => {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("has the states of the contract for every layer", () => {
    for (const layer of LAYERS) {
      const name = layerName(layer.directory);
      expect(names).toEqual(
        expect.arrayContaining([
          `Plan ${name}`,
          `Review ${name}`,
          `Approve ${name}`,
          `Apply ${name}`,
          `Record ${name}`,
          ...layer.gates.map((gate) => `Prove ${name}: ${gate.kind}`),
        ]),
      );
    }
    expect(names).toEqual(
      expect.arrayContaining(["Prepare run", "Finish run", "Fail run", "Run succeeded", "Run failed"]),
    );
  });

  it("lasts as long as its longest way at most: about a week", () => {
    expect(Number(definition.TimeoutSeconds) / 86_400).toBeGreaterThan(5);
    expect(Number(definition.TimeoutSeconds) / 86_400).toBeLessThan(8);
  });

  it("logs every transition and no payload", () => {
    expect(machine.Properties.LoggingConfiguration).toMatchObject({
      Level: "ALL",
      IncludeExecutionData: false,
    });
    expect(machine.Properties.TracingConfiguration).toEqual({ Enabled: true });
  });
});
