import { readdirSync } from "node:fs";
import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { layerName } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { synthesized } from "./synthesized.ts";

const read = await synthesized();
const { Resources: resources } = read;
const template = Template.fromJSON(structuredClone(read));
const ofType = (type: string) => Object.entries(resources).filter(([, each]) => each.Type === type);
const layers = LAYERS.map((layer) => layerName(layer.directory));

describe("the buckets", () => {
  it.each([
    ["state", 0],
    ["artefacts", 1],
  ])("%s: versioned, encrypted with the data key, closed to the public, kept", (name, rules) => {
    template.hasResource("AWS::S3::Bucket", {
      DeletionPolicy: "Retain",
      Properties: {
        BucketName: {
          "Fn::Join": ["", [`prod-${name}-`, { Ref: "AWS::AccountId" }, "-", { Ref: "AWS::Region" }]],
        },
        VersioningConfiguration: { Status: "Enabled" },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: true },
          ],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: {
          Rules:
            rules === 0
              ? Match.anyValue()
              : [
                  Match.objectLike({ Prefix: "runs/", ExpirationInDays: 7 }),
                  Match.objectLike({ Prefix: "checks/", ExpirationInDays: 100 }),
                ],
        },
      },
    });
  });

  it("refuse connections without TLS", () => {
    const policies = ofType("AWS::S3::BucketPolicy");
    expect(policies).toHaveLength(2);
    for (const [, policy] of policies)
      expect(JSON.stringify(policy)).toContain('"Condition":{"Bool":{"aws:SecureTransport":"false"}}');
  });
});

describe("the table", () => {
  it("can be restored to any second, forgets by expiresAt and is encrypted", () => {
    template.hasResourceProperties("AWS::DynamoDB::Table", {
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      BillingMode: "PAY_PER_REQUEST",
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
    });
  });
});

describe("the network", () => {
  it("has one NAT gateway, so one address, and no way in", () => {
    template.resourceCountIs("AWS::EC2::NatGateway", 1);
    template.resourceCountIs("AWS::EC2::EIP", 1);
    template.resourceCountIs("AWS::EC2::FlowLog", 1);
    template.resourceCountIs("AWS::EC2::SecurityGroupIngress", 0);
    for (const [, group] of ofType("AWS::EC2::SecurityGroup"))
      expect(group.Properties.SecurityGroupIngress).toBeUndefined();
  });
});

describe("the functions", () => {
  const functions = ofType("AWS::Lambda::Function");

  it("are one for each handler, on Node 24 and arm64, traced", () => {
    const handlers = readdirSync("lambdas", { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(functions.map(([, each]) => each.Properties.FunctionName).sort()).toEqual(
      handlers.map(({ name }) => `prod-${name}`).sort(),
    );
    for (const [, each] of functions)
      expect(each.Properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        TracingConfig: { Mode: "Active" },
      });
  });

  it("stand in the private subnets exactly where they ask the cluster", () => {
    const inside = functions
      .filter(([, each]) => each.Properties.VpcConfig)
      .map(([, each]) => each.Properties.FunctionName);
    const others = inside.filter((name) => !String(name).startsWith("prod-validate-"));
    expect(others.sort()).toEqual(["prod-sweep-cluster", "prod-verify-restore"]);
    expect(inside).toHaveLength(9);
  });

  it("are called by the machine by published version only, and old versions stay", () => {
    const [, machine] = ofType("AWS::StepFunctions::StateMachine").find(
      ([, each]) => each.Properties.StateMachineName === "prod-pipeline",
    )!;
    const parts = (machine.Properties.DefinitionString as { "Fn::Join": [string, unknown[]] })["Fn::Join"][1];
    const referred = new Set(
      parts.flatMap((part) => (typeof part === "string" ? [] : [(part as { Ref: string }).Ref])),
    );
    referred.delete("AWS::Partition");
    expect(referred.size).toBe(13);
    for (const id of referred)
      expect(resources[id]).toMatchObject({ Type: "AWS::Lambda::Version", DeletionPolicy: "Retain" });
  });
});

describe("the projects", () => {
  const projects = ofType("AWS::CodeBuild::Project");

  it("are one that plans and one that applies for every layer", () => {
    expect(projects.map(([, each]) => each.Properties.Name).sort()).toEqual(
      layers.flatMap((layer) => [`prod-apply-${layer}`, `prod-plan-${layer}`]).sort(),
    );
  });

  it.each(projects.map(([, each]) => [each.Properties.Name as string, each.Properties] as const))(
    "%s carries its buildspec, stands in the network, and outlasts its interruption",
    (_, properties) => {
      expect(properties.Source).toMatchObject({
        Type: "NO_SOURCE",
        BuildSpec: expect.stringContaining("install-terraform.sh"),
      });
      expect(properties.VpcConfig).toBeDefined();
      expect(properties.EncryptionKey).toBeDefined();
      const { EnvironmentVariables } = properties.Environment as {
        EnvironmentVariables: { Name: string; Value: unknown }[];
      };
      const variables = Object.fromEntries(EnvironmentVariables.map(({ Name, Value }) => [Name, Value]));
      expect(Object.keys(variables).sort()).toEqual(
        [
          "ARTEFACT_BUCKET",
          "CHECKPOINT_DISABLE",
          "INTERRUPT_AFTER_MINUTES",
          "LAYER",
          "LAYER_DIRECTORY",
          "PLAN_KMS_KEY_ARN",
          ...(/^prod-plan-(foundation|resilience)$/.test(String(properties.Name)) ? ["RETAIN"] : []),
          "STATE_BUCKET",
          "STATE_KEY",
          "STATE_KMS_KEY_ARN",
          "STRATA_ENVIRONMENT",
          "TERRAFORM_SHA256_LINUX_AMD64",
          "TERRAFORM_SHA256_LINUX_ARM64",
          "TERRAFORM_VERSION",
          "TF_INPUT",
          "TF_IN_AUTOMATION",
          "TF_VAR_control_plane",
          "TF_VAR_upstream",
        ].sort(),
      );
      expect(properties.TimeoutInMinutes).toBeGreaterThanOrEqual(
        Number(variables.INTERRUPT_AFTER_MINUTES) + 15,
      );
    },
  );
});

describe("the closing rules", () => {
  it("tell close-run of every end of an execution and of a build, and lose nothing", () => {
    type RuleProperties = {
      EventPattern?: Record<string, unknown>;
      ScheduleExpression?: string;
      Targets: unknown[];
    };
    const rules = ofType("AWS::Events::Rule").map(([, each]) => each.Properties as RuleProperties);
    expect(rules.length).toBeGreaterThanOrEqual(4);
    const from = (source: string) =>
      rules.find(
        ({ EventPattern }) =>
          JSON.stringify(EventPattern?.source) === JSON.stringify([source]) &&
          !JSON.stringify(EventPattern).includes("stateMachine:prod-prove"),
      );
    const checks = rules.find(({ EventPattern }) =>
      JSON.stringify(EventPattern ?? {}).includes("stateMachine:prod-prove"),
    );
    const [executions, builds] = [from("aws.states"), from("aws.codebuild")];
    const swept = rules.filter(({ ScheduleExpression }) => ScheduleExpression === "rate(15 minutes)");
    const sweep = swept.find(({ Targets }) => JSON.stringify(Targets).includes("DeadLetter"));
    expect(executions!.EventPattern).toMatchObject({
      source: ["aws.states"],
      detail: { status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] },
    });
    expect(builds!.EventPattern).toMatchObject({ source: ["aws.codebuild"] });
    expect(checks!.EventPattern).toMatchObject({
      detail: { status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] },
    });
    // A verification's sandbox: by the event of its end, and by the clock.
    const janitors = rules.filter(({ Targets }) => JSON.stringify(Targets).includes("step"));
    expect(janitors).toHaveLength(2);
    for (const { Targets } of [executions!, builds!, sweep!, checks!, ...janitors])
      expect(Targets).toEqual([
        expect.objectContaining({
          DeadLetterConfig: expect.anything(),
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        }),
      ]);
  });
});

describe("what nobody waits for an answer of", () => {
  const failures = ofType("AWS::Lambda::EventInvokeConfig").map(([, { Properties }]) => Properties);
  const alarmed = JSON.stringify(
    ofType("AWS::CloudWatch::Alarm").filter(
      ([, { Properties }]) => Properties.AlarmName === "prod: dead letters",
    ),
  );

  it("leaves what it failed at in a queue that the alarm of dead letters watches", () => {
    expect(failures).toHaveLength(3);
    for (const { DestinationConfig } of failures) {
      const [, queue] = /"Fn::GetAtt":\["(\w+)","Arn"\]/.exec(JSON.stringify(DestinationConfig)) ?? [];
      expect(alarmed).toContain(`"${queue}"`);
    }
    for (const [queue] of ofType("AWS::SQS::Queue")) expect(alarmed).toContain(`"${queue}"`);
  });
});
