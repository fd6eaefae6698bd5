import { describe, expect, it } from "vitest";
import { readDriftPlan } from "../../lib/drift/read-plan.ts";
import { judgeUnmanaged } from "../../lib/drift/unmanaged.ts";
import { EvidenceMismatchError } from "../../lib/run/errors.ts";

const change = (address: string, actions: string[], before: unknown = {}, after: unknown = {}) => ({
  address,
  mode: "managed",
  type: address.split(".")[0],
  change: { actions, before, after },
});
const plan = (changes: object[], drift: object[] = [], rest: object = {}): string =>
  JSON.stringify({ format_version: "1.2", resource_changes: changes, resource_drift: drift, ...rest });
const found = (text: string, exitCode: string) =>
  readDriftPlan("app", text, exitCode).drifted.map(({ kind, severity, address, attributes }) => [
    kind,
    severity,
    address,
    ...attributes,
  ]);

const vpc = { id: "vpc-1", arn: "arn:aws:ec2:eu-west-1:1:vpc/vpc-1", tags: { owner: "us" } };
const edited = { ...vpc, tags: { owner: "jo" } };

describe("a plan of what was applied", () => {
  it("without changes is no drift", () => {
    expect(found(plan([change("aws_vpc.this", ["no-op"], vpc, vpc)]), "0")).toEqual([]);
  });

  it("shows what was edited: the next deploy would change it back", () => {
    const text = plan(
      [change("aws_vpc.this", ["update"], edited, vpc)],
      [change("aws_vpc.this", ["update"], vpc, edited)],
    );
    expect(found(text, "2")).toEqual([["edited", "error", "aws_vpc.this", "tags.owner"]]);
  });

  it("shows what was deleted", () => {
    const text = plan(
      [change("aws_vpc.this", ["create"], null, vpc)],
      [change("aws_vpc.this", ["delete"], vpc, null)],
    );
    expect(found(text, "2")).toEqual([["deleted", "error", "aws_vpc.this"]]);
  });

  it("shows what terraform would leave so, with exit code 0", () => {
    const text = plan(
      [],
      [change("aws_security_group.this", ["update"], { ingress: [] }, { ingress: ["*"] })],
    );
    expect(found(text, "0")).toEqual([["edited", "warning", "aws_security_group.this", "ingress.0"]]);
  });

  it("leaves alone what AWS keeps itself, unless something else has changed with it", () => {
    const upgraded = (more: object) =>
      plan(
        [],
        [
          change(
            "aws_eks_cluster.this",
            ["update"],
            { platform_version: "1" },
            { platform_version: "2", ...more },
          ),
        ],
      );
    expect(found(upgraded({}), "0")).toEqual([]);
    expect(found(upgraded({ name: "x" }), "0")).toHaveLength(1);
  });

  it.each([
    ["is none while what a role shows is attached by the layer itself", "arn:ours", 0],
    ["is one when somebody else has attached something", "arn:admin", 1],
  ])("%s", (_, attached, count) => {
    const role = (arns: string[]) => ({ name: "role", managed_policy_arns: arns });
    const resource = (type: string, values: object) => ({
      address: `${type}.a`,
      mode: "managed",
      type,
      values,
    });
    const resources = [
      resource("aws_iam_role", role([attached])),
      resource("aws_iam_role_policy_attachment", { policy_arn: "arn:ours" }),
    ];
    const text = plan([], [change("aws_iam_role.a", ["update"], role([]), role([attached]))], {
      prior_state: { values: { root_module: { resources } } },
    });
    expect(found(text, "0")).toHaveLength(count);
  });

  it.each([
    ["is none where the layer itself has turned versioning on", "Enabled", true, 0],
    ["is none where it has turned it on and somebody off: what turned it on shows that", "Enabled", false, 0],
    ["is one where no layer has", "Suspended", true, 1],
  ])("%s", (_, status, enabled, count) => {
    const [off, now] = [false, enabled].map((on) => ({ bucket: "b", versioning: [{ enabled: on }] }));
    const resources = [
      {
        address: "aws_s3_bucket_versioning.a",
        mode: "managed",
        type: "aws_s3_bucket_versioning",
        values: { versioning_configuration: [{ status }] },
      },
    ];
    const text = plan([], [change("aws_s3_bucket.a", ["update"], off, now)], {
      prior_state: { values: { root_module: { resources } } },
    });
    expect(found(text, "0")).toHaveLength(count);
  });

  it("tells a change that nobody has made from an edit", () => {
    const text = plan([change("aws_vpc.this", ["update"], vpc, edited)]);
    expect(found(text, "2")).toEqual([["unsettled", "error", "aws_vpc.this", "tags.owner"]]);
  });

  it("names no sensitive value, and the same drift alike", () => {
    const secret = (value: string) => ({
      ...change("aws_ssm_parameter.this", ["update"], { value: "old-secret-1" }, { value }),
    });
    const mark = { before_sensitive: { value: true }, after_sensitive: { value: true } };
    const text = (value: string) => {
      const seen = secret(value);
      return plan([], [{ ...seen, change: { ...seen.change, ...mark } }]);
    };
    const [one, same] = [text("new-secret-2"), text("new-secret-2")].map((each) =>
      readDriftPlan("app", each, "0"),
    );
    expect(JSON.stringify(one)).not.toContain("secret");
    expect(one).toEqual(same);
  });

  it.each([
    ["0 although it has changes", plan([change("aws_vpc.this", ["update"], vpc, edited)]), "0"],
    ["2 although it has none", plan([]), "2"],
    ["1, which is an error and no drift", plan([]), "1"],
    ["0 and an incomplete plan", plan([], [], { errored: true }), "0"],
  ])("rejects exit code %s", (_, text, exitCode) => {
    expect(() => readDriftPlan("app", text, exitCode)).toThrow(EvidenceMismatchError);
  });

  it("knows everything that the state holds, modules included", () => {
    const resource = (address: string, values: object) => ({ address, mode: "managed", type: "x", values });
    const prior_state = {
      values: {
        root_module: {
          resources: [resource("a.a", { id: "i-1" })],
          child_modules: [{ resources: [resource("module.m.b.b", { arn: "arn:b", id: "b" })] }],
        },
      },
    };
    expect(
      readDriftPlan("app", plan([], [], { prior_state }), "0").managed.flatMap(({ names }) => names),
    ).toEqual(["i-1", "arn:b", "b"]);
  });
});

describe("what nobody manages", () => {
  const managed = [{ names: ["arn:aws:sqs:r:1:kept", "nat-1"] }];
  const tagged = (arn: string, tags: Record<string, string> = {}) => [
    { arn, tags: { "strata:environment": "prod", "strata:layer": "app", ...tags } },
  ];
  const judge = (list: ReturnType<typeof tagged>, scanned = ["app", "base"]) =>
    judgeUnmanaged(list, managed, scanned, ["app", "base"]).map(({ layer, address }) => [layer, address]);

  it("bears our tag and is in no state", () => {
    expect(judge(tagged("arn:aws:sqs:r:1:by-hand"))).toEqual([["app", "arn:aws:sqs:r:1:by-hand"]]);
  });

  it.each([
    ["known by its ARN", "arn:aws:sqs:r:1:kept", {}],
    ["known by its id", "arn:aws:ec2:r:1:natgateway/nat-1", {}],
    ["CloudFormation's", "arn:aws:s3:::prod-state", { "aws:cloudformation:stack-name": "x" }],
    ["a node group's", "arn:aws:ec2:r:1:instance/i-9", { "eks:nodegroup-name": "x" }],
    [
      "a Service's",
      "arn:aws:elasticloadbalancing:r:1:loadbalancer/net/a/b",
      { "kubernetes.io/cluster/prod": "owned" },
    ],
    ["a volume claim's", "arn:aws:ec2:r:1:volume/vol-1", { "ebs.csi.aws.com/cluster": "true" }],
  ])("is not what is %s", (_, arn, tags) => {
    expect(judge(tagged(arn, tags as Record<string, string>))).toEqual([]);
  });

  it("is not judged for a layer whose state nobody has read, nor without a layer unless all were", () => {
    expect(judge(tagged("arn:aws:sqs:r:1:x"), ["base"])).toEqual([]);
    const nobodys = [{ arn: "arn:aws:sqs:r:1:x", tags: { "strata:environment": "prod" } }] as never;
    expect(judge(nobodys, ["base"])).toEqual([]);
    expect(judge(nobodys)).toEqual([["-", "arn:aws:sqs:r:1:x"]]);
  });
});
