import { describe, expect, it } from "vitest";
import type { Json } from "../../../lib/twin/world/world.ts";
import { type Fixture, makeAws, makeRole, ROOT } from "./fixture.ts";

const BUCKET = "arn:aws:s3:::records";

function decides(
  { aws, world }: Fixture,
  statements: Json[],
  action: string,
  resource: string,
  context: Record<string, string | string[]> = {},
  boundary?: Json[],
): string {
  const roleArn = makeRole(world, "worker", statements, boundary);
  try {
    aws.authorize({ roleArn, sessionName: "s1" }, action, resource, context);
    return "allowed";
  } catch (error) {
    return (error as Error).message;
  }
}

const allow = (Action: Json, Resource: Json = "*", Condition?: Json): Json => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

const WHO = "User: arn:aws:sts::111122223333:assumed-role/worker/s1 is not authorized to perform:";

describe("identity policies", () => {
  it.each([
    ["s3:GetObject", `${BUCKET}/runs/1`, true],
    ["S3:getobject", `${BUCKET}/runs/1`, true],
    ["s3:GetObject", `${BUCKET}/state`, false],
    ["s3:PutObject", `${BUCKET}/runs/1`, false],
  ])("decide %s on %s by action and resource", (action, resource, expected) => {
    const verdict = decides(makeAws(), [allow(["s3:Get*"], `${BUCKET}/runs/*`)], action, resource);
    expect(verdict === "allowed").toBe(expected);
  });

  it("name user, action, resource and reason when they refuse", () => {
    expect(decides(makeAws(), [], "codebuild:StartBuild", "arn:aws:codebuild:eu-central-1:1:project/p")).toBe(
      `${WHO} codebuild:StartBuild on resource: arn:aws:codebuild:eu-central-1:1:project/p because no identity-based policy allows the codebuild:StartBuild action`,
    );
  });

  it("let an explicit deny win", () => {
    const deny: Json = { Effect: "Deny", Action: "s3:DeleteObject", Resource: `${BUCKET}/state` };
    expect(decides(makeAws(), [allow("s3:*"), deny], "s3:DeleteObject", `${BUCKET}/other`)).toBe("allowed");
    expect(decides(makeAws(), [allow("s3:*"), deny], "s3:DeleteObject", `${BUCKET}/state`)).toBe(
      `${WHO} s3:DeleteObject on resource: "${BUCKET}/state" with an explicit deny in an identity-based policy`,
    );
  });

  it("understand NotAction and NotResource", () => {
    const statements: Json[] = [{ Effect: "Allow", NotAction: "iam:*", NotResource: "arn:aws:s3:::secret*" }];
    expect(decides(makeAws(), statements, "s3:GetObject", `${BUCKET}/k`)).toBe("allowed");
    expect(decides(makeAws(), statements, "iam:GetRole", "*")).toContain("not authorized");
    expect(decides(makeAws(), statements, "s3:GetObject", "arn:aws:s3:::secret/k")).toContain(
      "not authorized",
    );
  });

  it("fill policy variables from the caller, and match nothing when the caller has no such tag", () => {
    const mine = allow("s3:GetObject", `${BUCKET}/\${aws:PrincipalTag/team}/*`);
    expect(decides(makeAws(), [mine], "s3:GetObject", `${BUCKET}/platform/x`)).toBe("allowed");
    expect(decides(makeAws(), [mine], "s3:GetObject", `${BUCKET}/sales/x`)).toContain("not authorized");
    const none = allow("s3:GetObject", `${BUCKET}/\${aws:PrincipalTag/none}*`);
    expect(decides(makeAws(), [none], "s3:GetObject", `${BUCKET}/x`)).toContain("not authorized");
  });

  it("do not let a wildcard in one part of an ARN reach into the next", () => {
    const one = allow("eks:DescribeCluster", "arn:aws:eks:*:111122223333:cluster/dev");
    const arn = (account: string) => `arn:aws:eks:eu-central-1:${account}:cluster/dev`;
    expect(decides(makeAws(), [one], "eks:DescribeCluster", arn("111122223333"))).toBe("allowed");
    expect(decides(makeAws(), [one], "eks:DescribeCluster", arn("999999999999"))).toContain("not authorized");
  });
});

describe("permissions boundary", () => {
  const boundary = [allow("s3:*")];
  it("allows what both allow", () => {
    expect(decides(makeAws(), [allow("*")], "s3:GetObject", `${BUCKET}/k`, {}, boundary)).toBe("allowed");
  });
  it("refuses what it does not allow itself, and grants nothing alone", () => {
    expect(decides(makeAws(), [allow("*")], "eks:DescribeCluster", "*", {}, boundary)).toContain(
      "because no permissions boundary allows the eks:DescribeCluster action",
    );
    expect(decides(makeAws(), [], "s3:GetObject", `${BUCKET}/k`, {}, boundary)).toContain(
      "because no identity-based policy",
    );
  });
});

describe("conditions", () => {
  const holds = (condition: Json, context: Record<string, string | string[]>): boolean =>
    decides(makeAws(), [allow("iam:PassRole", "*", condition)], "iam:PassRole", "*", context) === "allowed";

  it.each<[Json, Record<string, string | string[]>, boolean]>([
    [
      { StringEquals: { "iam:PassedToService": "eks.amazonaws.com" } },
      { "iam:PassedToService": "eks.amazonaws.com" },
      true,
    ],
    [{ StringEquals: { "iam:passedtoservice": ["a", "b"] } }, { "iam:PassedToService": "b" }, true],
    [{ StringEquals: { k: "v" } }, {}, false],
    [{ StringEqualsIfExists: { k: "v" } }, {}, true],
    [{ StringNotEquals: { k: "v" } }, {}, true],
    [{ StringNotEquals: { k: ["v", "w"] } }, { k: "w" }, false],
    [{ StringLike: { k: "runs/*" } }, { k: "runs/1" }, true],
    [{ StringNotLike: { k: "runs/*" } }, { k: "runs/1" }, false],
    [{ ArnLike: { k: "arn:aws:iam::*:role/dev-*" } }, { k: "arn:aws:iam::1:role/dev-x" }, true],
    [
      { ArnEquals: { "iam:PermissionsBoundary": "arn:aws:iam::1:policy/b" } },
      { "iam:PermissionsBoundary": "arn:aws:iam::1:policy/b" },
      true,
    ],
    [{ Bool: { "aws:SecureTransport": "true" } }, {}, true],
    [{ Bool: { "aws:SecureTransport": false } }, {}, false],
    [{ Null: { "aws:RequestTag/team": "true" } }, {}, true],
    [{ Null: { "aws:RequestTag/team": "false" } }, { "aws:RequestTag/team": "x" }, true],
    [{ "ForAllValues:StringEquals": { k: ["a", "b"] } }, { k: ["a", "b"] }, true],
    [{ "ForAllValues:StringEquals": { k: ["a", "b"] } }, { k: ["a", "c"] }, false],
    [{ "ForAllValues:StringEquals": { k: "a" } }, {}, true],
    [{ "ForAnyValue:StringLike": { k: "a*" } }, { k: ["b", "ab"] }, true],
    [{ "ForAnyValue:StringLike": { k: "a*" } }, {}, false],
    [{ NumericLessThanEquals: { k: "10" } }, { k: "10" }, true],
    [{ NumericGreaterThan: { k: 10 } }, { k: "10" }, false],
    [{ DateLessThan: { "aws:CurrentTime": "2026-11-25T00:00:00Z" } }, {}, true],
    [{ DateGreaterThan: { "aws:CurrentTime": "2026-11-25T00:00:00Z" } }, {}, false],
    [{ StringEquals: { a: "1", b: "2" } }, { a: "1", b: "3" }, false],
  ])("%j with %j is %s", (condition, context, expected) => {
    expect(holds(condition, context)).toBe(expected);
  });

  it("throws for an operator that it does not know", () => {
    const { aws, world } = makeAws();
    const roleArn = makeRole(world, "worker", [
      allow("*", "*", { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }),
    ]);
    const authorize = () =>
      aws.authorize({ roleArn, sessionName: "s" }, "s3:GetObject", "*", { "aws:SourceIp": "10.0.0.1" });
    expect(authorize).toThrow("unknown IAM condition operator IpAddress");
  });
});

describe("principals", () => {
  it("lets root do anything and a role that is gone nothing", () => {
    const { aws } = makeAws();
    expect(() => aws.authorize(ROOT, "iam:DeleteRole", "*")).not.toThrow();
    const gone = { roleArn: "arn:aws:iam::111122223333:role/gone", sessionName: "s" };
    expect(() => aws.authorize(gone, "sns:Publish", "*")).toThrow(/not authorized/);
  });

  it("derives the same session keys in every world and knows them", () => {
    const [one, two] = [makeAws().aws, makeAws().aws];
    const keys = one.credentials("arn:aws:iam::111122223333:role/worker", "s1");
    expect(two.credentials("arn:aws:iam::111122223333:role/worker", "s1")).toEqual(keys);
    expect(keys.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(one.whoIs(keys.accessKeyId)).toEqual({
      roleArn: "arn:aws:iam::111122223333:role/worker",
      sessionName: "s1",
    });
    expect(one.whoIs("ASIAUNKNOWN")).toBeUndefined();
  });
});
