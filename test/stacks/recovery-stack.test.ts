import { App, Stack, Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { readConfiguration } from "../../lib/configuration/read-configuration.ts";
import { scratchesOf } from "../../lib/configuration/recovery.ts";
import { Encryption } from "../../lib/constructs/encryption.ts";
import { namesOf } from "../../lib/constructs/names.ts";
import { Schedules } from "../../lib/constructs/schedules.ts";
import { Stores } from "../../lib/constructs/stores.ts";
import { RecoveryStack } from "../../lib/stacks/recovery-stack.ts";
import { LEFT_OUT } from "../../lib/stacks/synthesize.ts";
import { example, FACTS } from "../configuration/example.ts";
import { actionsOf, flat, type Resource, statementsOf } from "./statements.ts";

const configuration = readConfiguration(
  {
    ...example(),
    recovery: {
      region: {
        environment: "drill-region",
        region: "eu-west-1",
        controlPlaneCidr: "10.253.0.0/24",
        vpcCidr: "10.64.0.0/16",
        restoreFrom: {
          bucket: "prod-backups-111122223333-eu-west-1",
          region: "eu-west-1",
          kmsKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/1234",
        },
      },
    },
  },
  FACTS,
);

/** Of a region's loss, checked by the same rules as the app: a finding throws. */
function resourcesOfRegion(): Record<string, Resource> {
  const [[scenario, scratch] = []] = scratchesOf(configuration);
  if (!scenario || !scratch) throw new Error("no scratch environment");
  const app = new App(LEFT_OUT);
  const stack = new RecoveryStack(app, { catalogue: FACTS.catalogue, configuration, scenario, scratch });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(stack.region).toBe("eu-west-1");
  return Template.fromStack(stack).toJSON().Resources as Record<string, Resource>;
}

const resources = resourcesOfRegion();
const ofType = (type: string) => Object.values(resources).filter((each) => each.Type === type);
const variablesOf = (name: string): Record<string, unknown> => {
  const found = ofType("AWS::Lambda::Function").find((each) => each.Properties.FunctionName === name);
  const environment = found?.Properties.Environment as { Variables: Record<string, unknown> } | undefined;
  return environment?.Variables ?? {};
};

describe("the control plane of a scratch environment", () => {
  it("has the layers that a restore needs, and no other", () => {
    const names = ofType("AWS::CodeBuild::Project").map(({ Properties }) => Properties.Name);
    const layers = ["foundation", "platform-step02", "resilience"];
    expect(names.sort()).toEqual(
      ["apply", "plan"].flatMap((mode) => layers.map((layer) => `drill-region-${mode}-${layer}`)),
    );
    for (const name of ["drill-region-prepare-run", "drill-region-close-run"])
      expect(variablesOf(name).STRATA_LAYERS).toBe(layers.join(","));
  });

  it("retains nothing: its removal leaves no backup behind", () => {
    const projects = JSON.stringify(ofType("AWS::CodeBuild::Project"));
    expect(projects).toContain("STATE_KEY");
    expect(projects).not.toContain("RETAIN");
    expect(JSON.stringify(ofType("AWS::StepFunctions::StateMachine"))).not.toContain("RELEASE");
  });

  it("protects nothing and asks nobody", () => {
    expect(variablesOf("drill-region-review-plan").STRATA_DISPOSABLE).toBe("yes");
    expect(variablesOf("drill-region-prepare-run").STRATA_APPROVAL).toBe("never");
  });

  it("can be started by nobody but a person: it has no schedule of a check and no API", () => {
    expect(ofType("AWS::Scheduler::Schedule")).toEqual([]);
    expect(ofType("AWS::ApiGatewayV2::Api")).toEqual([]);
  });

  it("only reads the other environment's backups", () => {
    const about = Object.values(resources)
      .filter(({ Type }) => Type === "AWS::IAM::Policy" || Type === "AWS::IAM::ManagedPolicy")
      .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: object[] }).Statement)
      .filter((statement) => JSON.stringify(statement).includes("prod-"))
      .flatMap((statement) => (statement as { Action: string | string[] }).Action);
    expect([...new Set(about)].sort()).toEqual([
      "s3:GetBucketVersioning",
      "s3:GetLifecycleConfiguration",
      "s3:GetObject",
      "s3:ListBucket",
    ]);
  });

  it("rehearses by its own machines: starts those, and starts itself to remove what an interrupted one left", () => {
    const machine = statementsOf(resources, "strata-drill-region-rehearse-recovery");
    const started = machine.filter(({ actions }) => actions.includes("states:StartExecution"));
    expect(started.flatMap(({ resources: each }) => each.map((arn) => arn.split(":").at(-1))).sort()).toEqual(
      ["drill-region-pipeline", "drill-region-verify-backup"],
    );
    expect(actionsOf(statementsOf(resources, "strata-drill-region-rehearsal-interrupted"))).toEqual([
      "states:StartExecution",
    ]);
    const rule = ofType("AWS::Events::Rule").find(({ Properties }) =>
      JSON.stringify(Properties.Targets).includes("tearDown"),
    );
    expect(rule?.Properties.EventPattern).toMatchObject({ detail: { status: ["TIMED_OUT", "ABORTED"] } });
  });
});

describe("the environment whose region's loss is rehearsed", () => {
  it("asks the machine in the other region when it last passed, and may do nothing else there", () => {
    const stack = new Stack(new App(LEFT_OUT), "own", { env: { region: configuration.region } });
    const names = namesOf(configuration.environment);
    const encryption = new Encryption(stack, "Encryption", { names });
    const stores = new Stores(stack, "Stores", { names, encryption });
    new Schedules(stack, "Schedules", { names, configuration, encryption, stores, machines: [] });
    const own = Template.fromStack(stack).toJSON().Resources as Record<string, Resource>;
    const machine = "stateMachine:drill-region-rehearse-recovery";
    const there = statementsOf(own, "strata-prod-publish-ages").filter(({ resources: each }) =>
      each.some((arn) => arn.includes(":eu-west-1:")),
    );
    expect(actionsOf(there)).toEqual(["states:ListExecutions"]);
    const arns = there.flatMap(({ resources: each }) => each).filter((arn) => arn.includes(":eu-west-1:"));
    expect(arns).toEqual([expect.stringMatching(new RegExp(`^arn:.+:states:eu-west-1:.+:${machine}$`))]);
    const variables = Object.values(own).find(
      ({ Properties }) => Properties.FunctionName === "prod-publish-ages",
    )?.Properties.Environment as { Variables: Record<string, unknown> };
    expect(flat(variables.Variables.STRATA_REHEARSED_ELSEWHERE)).toBe(arns[0]);
  });
});
