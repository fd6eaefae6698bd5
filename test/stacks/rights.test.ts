import { describe, expect, it } from "vitest";
import { layerName } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { actionsOf, flat, statementsIn, statementsOf } from "./statements.ts";
import { synthesized } from "./synthesized.ts";

const { Resources: resources } = await synthesized();
const layers = LAYERS.map((layer) => layerName(layer.directory));
const policies = Object.values(resources).filter(({ Type }) => /^AWS::IAM::(Managed)?Policy$/.test(Type));
const ofRole = (purpose: string) => statementsOf(resources, `strata-prod-${purpose}`);
const readOnly = /:(Get|List|Describe|BatchGet)/;

describe("roles of the control plane", () => {
  it("have names that no layer may touch, and no policies of AWS's making", () => {
    const roles = Object.values(resources).filter(({ Type }) => Type === "AWS::IAM::Role");
    expect(roles.length).toBeGreaterThan(20);
    for (const { Properties } of roles) {
      expect(Properties.RoleName).toMatch(/^strata-prod-/);
      expect(String(Properties.RoleName).length).toBeLessThanOrEqual(64);
      expect(Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  it("stay below the limits of IAM", () => {
    for (const { Type, Properties } of policies) {
      const { length } = JSON.stringify(Properties.PolicyDocument);
      expect(length).toBeLessThan(Type === "AWS::IAM::ManagedPolicy" ? 6_144 * 1.5 : 10_240);
    }
  });

  it("may nowhere do everything, and nobody may stop a build", () => {
    for (const { Properties } of policies) {
      if (Properties.ManagedPolicyName === "prod-platform-boundary") continue;
      const allowed = actionsOf(statementsIn(Properties.PolicyDocument));
      expect(allowed.filter((action) => /(^|:)\*$/.test(action))).toEqual([]);
      expect(allowed).not.toContain("codebuild:StopBuild");
    }
  });
});

describe("the machine's role", () => {
  it("calls functions, starts builds, and has nothing that it does not need", () => {
    expect(actionsOf(ofRole("pipeline"))).toEqual([
      "codebuild:BatchGetBuilds",
      "codebuild:StartBuild",
      "events:DescribeRule",
      "events:PutRule",
      "events:PutTargets",
      "lambda:InvokeFunction",
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]);
  });
});

describe.each(layers)("the roles of %s", (layer) => {
  it("plan: writes its lock, its plan objects and its logs, and nothing else", () => {
    const writes = ofRole(`plan-${layer}`).filter(
      ({ effect, actions }) => effect === "Allow" && actions.some((action) => !readOnly.test(action)),
    );
    const changed = writes
      .flatMap(({ actions, resources: at }) =>
        actions
          .filter((action) => !readOnly.test(action))
          .flatMap((action) => at.map((each) => `${action} ${each}`)),
      )
      .filter((line) => line.startsWith("s3:"));
    expect(
      changed.every(
        (line) => line.endsWith(`/${layer}/terraform.tfstate.tflock`) || line.endsWith(`/runs/*/${layer}/*`),
      ),
    ).toBe(true);
    const services = new Set(
      writes.flatMap(({ actions }) => actions).filter((action) => !readOnly.test(action)),
    );
    expect([...services].sort()).toEqual([
      "ec2:CreateNetworkInterface",
      "ec2:CreateNetworkInterfacePermission",
      "ec2:DeleteNetworkInterface",
      "kms:Decrypt",
      "kms:GenerateDataKey",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "s3:DeleteObject",
      "s3:PutObject",
    ]);
  });

  it("apply: writes its own state and no other layer's", () => {
    const states = ofRole(`apply-${layer}`)
      .filter(({ effect, actions }) => effect === "Allow" && actions.includes("s3:PutObject"))
      .flatMap(({ resources: at }) => at)
      .filter((resource) => resource.includes("terraform.tfstate"));
    expect(states.map((resource) => resource.split("/").slice(1).join("/")).sort()).toEqual([
      `${layer}/terraform.tfstate`,
      `${layer}/terraform.tfstate.tflock`,
    ]);
  });

  it("apply: is denied what watches over it", () => {
    const [deny] = ofRole(`apply-${layer}`).filter(({ effect }) => effect === "Deny");
    expect(deny!.actions).toEqual(
      expect.arrayContaining([
        "iam:DeleteRolePermissionsBoundary",
        "iam:CreatePolicyVersion",
        "kms:ScheduleKeyDeletion",
      ]),
    );
    expect(deny!.resources.join(" ")).toContain("role/strata-prod-*");
  });
});

describe("what foundation may do with roles", () => {
  it("makes them only for this environment and only with the boundary on", () => {
    const creating = ofRole("apply-foundation").filter(({ actions }) => actions.includes("iam:CreateRole"));
    expect(creating).toHaveLength(1);
    expect(creating[0]!.resources).toEqual(["arn:<AWS::Partition>:iam::<AWS::AccountId>:role/prod-*"]);
    expect(Object.keys((creating[0]!.condition as { StringEquals: object }).StringEquals)).toEqual([
      "iam:PermissionsBoundary",
    ]);
    const [passing] = ofRole("apply-foundation").filter(({ actions }) => actions.includes("iam:PassRole"));
    expect(passing!.resources).toEqual(["arn:<AWS::Partition>:iam::<AWS::AccountId>:role/prod-*"]);
  });
});

describe("the permissions boundary", () => {
  it("leaves out changes of IAM and keeps the control plane out of reach", () => {
    const boundary = policies.find(
      ({ Properties }) => Properties.ManagedPolicyName === "prod-platform-boundary",
    )!;
    const statements = statementsIn(boundary.Properties.PolicyDocument);
    const iam = actionsOf(statements).filter((action) => action.startsWith("iam:"));
    // A credential report is made to be read: it changes nobody's rights.
    const reading = /^iam:(Get\*|List\*|GenerateCredentialReport)$/;
    expect(iam.filter((action) => !reading.test(action))).toEqual(["iam:CreateServiceLinkedRole"]);
    const denied = statements.filter(({ effect }) => effect === "Deny").flatMap((each) => each.resources);
    for (const type of ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key"])
      for (const [id] of Object.entries(resources).filter(([, each]) => each.Type === type))
        expect(denied).toContain(flat({ "Fn::GetAtt": [id, "Arn"] }));
  });
});
