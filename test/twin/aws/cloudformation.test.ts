import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { FunctionRecord, ProjectRecord, StateMachineRecord } from "../../../lib/twin/aws/backends.ts";
import { deployTemplate } from "../../../lib/twin/aws/cloudformation/deploy-template.ts";
import { AWS_COLLECTIONS, type RuleRecord } from "../../../lib/twin/aws/collections.ts";
import { type BucketRecord, COLLECTIONS, type RoleRecord } from "../../../lib/twin/world/records.ts";
import type { Json } from "../../../lib/twin/world/world.ts";
import { ACCOUNT, type Fixture, makeAws, REGION, ROOT } from "./fixture.ts";

let twin: Fixture;
let directory: string;
beforeEach(() => {
  twin = makeAws();
  directory = mkdtempSync(join(tmpdir(), "assembly-"));
});

type Resources = Record<string, Json>;

const deploy = (resources: Resources, assets: unknown = {}, more: Record<string, unknown> = {}) =>
  deployTemplate({
    world: twin.world,
    template: { Resources: resources, ...more },
    assetsDirectory: directory,
    assets,
    stackName: "stack",
    accountId: ACCOUNT,
    region: REGION,
  });

const record = <T>(collection: string, key: string): T | undefined =>
  twin.world.collection<T>(collection).get(key);
const trust = { Version: "2012-10-17", Statement: [] };
const arn = (logicalId: string) => ({ "Fn::GetAtt": [logicalId, "Arn"] });

describe("intrinsic functions", () => {
  const outputs = (value: Json): Json => {
    const bucket = { Type: "AWS::S3::Bucket", Properties: { BucketName: "b" } };
    const stack = deploy({ B: bucket }, {}, { Outputs: { o: { Value: value } } });
    return stack.outputs.o ?? null;
  };
  it.each<[Json, Json]>([
    [{ Ref: "B" }, "b"],
    [{ "Fn::GetAtt": ["B", "Arn"] }, "arn:aws:s3:::b"],
    [{ "Fn::GetAtt": "B.Arn" }, "arn:aws:s3:::b"],
    [
      { "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":s3:::", { Ref: "B" }, "/*"]] },
      "arn:aws:s3:::b/*",
    ],
    [
      { "Fn::Sub": `\${B}-\${AWS::AccountId}-\${B.Arn}-\${!literal}` },
      `b-${ACCOUNT}-arn:aws:s3:::b-\${literal}`,
    ],
    [{ "Fn::Sub": [`\${x}.\${AWS::URLSuffix}`, { x: { Ref: "AWS::Region" } }] }, `${REGION}.amazonaws.com`],
    [{ "Fn::Select": ["1", { "Fn::Split": [":", "a:b:c"] }] }, "b"],
    [{ "Fn::Select": [0, { "Fn::GetAZs": "" }] }, `${REGION}a`],
    [{ a: { Ref: "AWS::NoValue" }, b: [{ Ref: "AWS::NoValue" }, 1, [2]] }, { b: [1, [2]] }],
    [{ Ref: "AWS::StackName" }, "stack"],
  ])("resolve %j", (value, expected) => {
    expect(outputs(value)).toEqual(expected);
  });

  it("throw when they are not known, or name what is not there", () => {
    expect(() => outputs({ "Fn::ImportValue": "x" })).toThrow("Fn::ImportValue is not modelled");
    expect(() => outputs({ Ref: "Nothing" })).toThrow("no resource Nothing");
    expect(() => outputs({ "Fn::GetAtt": ["B", "Colour"] })).toThrow(
      "attribute Colour of B (AWS::S3::Bucket)",
    );
  });
});

it("refuses resource types that it does not know, by logical id and type", () => {
  expect(() => deploy({ Q: { Type: "AWS::MSK::Cluster" } })).toThrow(
    "Q: the resource type AWS::MSK::Cluster is not modelled",
  );
});

it("refuses a circular dependency and names the circle", () => {
  const rule = (other: string) => ({ Type: "AWS::SSM::Parameter", Properties: { Value: { Ref: other } } });
  expect(() => deploy({ A: rule("B"), B: rule("A") })).toThrow("A → B → A");
});

it("enforces the policies of a synthesized role, its boundary included", () => {
  const statement = (Action: string, Resource: Json) => ({ Effect: "Allow", Action, Resource });
  const stack = deploy({
    // Declared before what it refers to: order in a template means nothing.
    Policy: {
      Type: "AWS::IAM::Policy",
      Properties: {
        PolicyName: "P",
        Roles: [{ Ref: "Role" }],
        PolicyDocument: {
          Statement: [statement("s3:GetObject", { "Fn::Join": ["", [arn("Bucket"), "/*"]] })],
        },
      },
    },
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: trust,
        PermissionsBoundary: { Ref: "Boundary" },
        Policies: [{ PolicyName: "inline", PolicyDocument: { Statement: statement("sns:Publish", "*") } }],
        ManagedPolicyArns: [
          {
            "Fn::Join": [
              "",
              [
                "arn:",
                { Ref: "AWS::Partition" },
                ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
              ],
            ],
          },
        ],
      },
    },
    Boundary: {
      Type: "AWS::IAM::ManagedPolicy",
      Properties: {
        ManagedPolicyName: "boundary",
        PolicyDocument: { Statement: [statement("s3:*", "*"), statement("logs:*", "*")] },
      },
    },
    Bucket: { Type: "AWS::S3::Bucket" },
  });
  const { physicalId: name } = stack.resources.Role!;
  const bucket = stack.resources.Bucket!.physicalId;
  expect(bucket).toMatch(/^stack-bucket-[0-9a-f]{12}$/);
  const principal = { roleArn: record<RoleRecord>(COLLECTIONS.roles, name)!.arn, sessionName: "s" };
  const may = (action: string, resource: string) => () => twin.aws.authorize(principal, action, resource);
  expect(may("s3:GetObject", `arn:aws:s3:::${bucket}/k`)).not.toThrow();
  expect(may("s3:GetObject", "arn:aws:s3:::other/k")).toThrow("no identity-based policy");
  expect(may("logs:PutLogEvents", "*")).not.toThrow();
  expect(may("sns:Publish", "*")).toThrow("no permissions boundary");
});

it("refuses an AWS managed policy whose text it does not know", () => {
  const ManagedPolicyArns = ["arn:aws:iam::aws:policy/AdministratorAccess"];
  expect(() =>
    deploy({
      R: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust, ManagedPolicyArns } },
    }),
  ).toThrow("AdministratorAccess is not modelled");
});

const assets = {
  version: "1",
  files: {
    aaa: {
      source: { path: "asset.aaa", packaging: "zip" },
      destinations: {
        here: { bucketName: `cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}`, objectKey: "aaa.zip" },
      },
    },
    bbb: {
      source: { path: "asset.bbb.tar.gz", packaging: "file" },
      destinations: {
        here: { bucketName: `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`, objectKey: "bbb.gz" },
      },
    },
  },
};

const lambda = (version: string): Resources => ({
  Role: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust } },
  Table: {
    Type: "AWS::DynamoDB::Table",
    Properties: { KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }] },
  },
  Function: {
    Type: "AWS::Lambda::Function",
    Properties: {
      FunctionName: "dev-close-run",
      Code: { S3Bucket: "x", S3Key: "aaa.zip" },
      Handler: "index.handler",
      Role: arn("Role"),
      Timeout: 30,
      Environment: { Variables: { TABLE: { Ref: "Table" } } },
    },
  },
  [version]: {
    Type: "AWS::Lambda::Version",
    DeletionPolicy: "Retain",
    Properties: { FunctionName: { Ref: "Function" } },
  },
});

describe("assets and functions", () => {
  beforeEach(() => writeFileSync(join(directory, "asset.bbb.tar.gz"), "archive"));

  it("finds a function's bundle through the manifest and puts file assets into the bootstrap bucket", async () => {
    const stack = deploy(lambda("V1"), assets);
    const table = stack.resources.Table!.physicalId;
    expect(record<FunctionRecord>(COLLECTIONS.functions, "dev-close-run")).toMatchObject({
      codeDirectory: join(directory, "asset.aaa"),
      handler: "index.handler",
      timeoutSeconds: 30,
      memoryMegabytes: 128,
      version: "1",
      environment: { TABLE: table },
    });
    const Bucket = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
    const object = (await twin.aws.call(ROOT, "s3", "GetObject", { Bucket, Key: "bbb.gz" })) as {
      Body: string;
    };
    expect(Buffer.from(object.Body, "base64").toString()).toBe("archive");
  });

  it("publishes a version anew only when its logical id changes", () => {
    deploy(lambda("V1"), assets);
    expect(deploy(lambda("V1"), assets).resources.V1?.physicalId).toMatch(/:dev-close-run:1$/);
    expect(deploy(lambda("V2"), assets).resources.V2?.physicalId).toMatch(/:dev-close-run:2$/);
  });
});

it("resolves a definition, a project and a rule into what the backends read", () => {
  deploy({
    Role: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust, RoleName: "r" } },
    Project: {
      Type: "AWS::CodeBuild::Project",
      Properties: {
        Name: "dev-plan-app",
        ServiceRole: arn("Role"),
        Source: { Type: "NO_SOURCE", BuildSpec: "version: 0.2" },
        Environment: {
          Image: "i",
          ComputeType: "c",
          EnvironmentVariables: [{ Name: "N", Value: { Ref: "AWS::Region" } }],
        },
        TimeoutInMinutes: 20,
      },
    },
    Machine: {
      Type: "AWS::StepFunctions::StateMachine",
      Properties: {
        StateMachineName: "dev-pipeline",
        RoleArn: arn("Role"),
        DefinitionString: { "Fn::Join": ["", ['{"StartAt":"A","Project":"', { Ref: "Project" }, '"}']] },
      },
    },
    Rule: {
      Type: "AWS::Events::Rule",
      Properties: {
        EventPattern: { detail: { stateMachineArn: [{ Ref: "Machine" }] } },
        Targets: [{ Id: "T", Arn: { Ref: "Machine" }, RoleArn: arn("Role"), InputPath: "$.detail" }],
      },
    },
  });
  const machineArn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:dev-pipeline`;
  expect(record<StateMachineRecord>(COLLECTIONS.stateMachines, machineArn)).toEqual({
    arn: machineArn,
    name: "dev-pipeline",
    roleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
    definition: { StartAt: "A", Project: "dev-plan-app" },
  });
  expect(record<ProjectRecord>(COLLECTIONS.projects, "dev-plan-app")).toMatchObject({
    serviceRoleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
    environment: [{ name: "N", value: REGION, type: "PLAINTEXT" }],
    timeoutInMinutes: 20,
    queuedTimeoutInMinutes: 480,
  });
  const [rule] = twin.world.collection<RuleRecord>(AWS_COLLECTIONS.rules).values();
  expect(rule?.targets).toEqual([
    { id: "T", arn: machineArn, roleArn: `arn:aws:iam::${ACCOUNT}:role/r`, inputPath: "$.detail" },
  ]);
});

describe("a second deployment", () => {
  const bucket = (Status: string) => ({
    Type: "AWS::S3::Bucket",
    Properties: { BucketName: "b", VersioningConfiguration: { Status } },
  });
  const topic = { Type: "AWS::SNS::Topic", Properties: { TopicName: "t" } };

  it("updates what is there and keeps what buckets hold", async () => {
    deploy({ B: bucket("Suspended") });
    await twin.aws.call(ROOT, "s3", "PutObject", { Bucket: "b", Key: "k", Body: "dg==" });
    deploy({ B: bucket("Enabled") });
    expect(
      twin.world
        .collection<BucketRecord>(COLLECTIONS.buckets)
        .values()
        .map(({ versioning }) => versioning),
    ).toEqual([true]);
    expect(await twin.aws.call(ROOT, "s3", "GetObject", { Bucket: "b", Key: "k" })).toMatchObject({
      Body: "dg==",
    });
  });

  it("deletes what left the template, but for what is to be retained", () => {
    deploy({ B: { ...bucket("Enabled"), DeletionPolicy: "Retain" }, T: topic });
    deploy({ P: { Type: "AWS::SSM::Parameter", Properties: { Name: "/p", Value: "v" } } });
    expect(twin.world.collection(AWS_COLLECTIONS.topics).keys()).toEqual([]);
    expect(twin.world.collection(COLLECTIONS.buckets).keys()).toEqual(["b"]);
  });
});
