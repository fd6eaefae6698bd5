import { expect, it } from "vitest";
import { judgeLeftovers } from "../../lib/removal/leftovers.ts";
import { sweepLeftovers } from "../../lib/removal/sweep.ts";
import { DependencyUnavailableError } from "../../lib/run/errors.ts";
import type { LayerOutcome } from "../../lib/run/messages.ts";

const LAYERS = ["foundation", "app"];
const destroyed = (layer: string, rest: Partial<LayerOutcome> = {}): LayerOutcome => ({
  layer,
  result: "destroyed",
  ...rest,
});
const whole = { environment: "prod", layers: LAYERS, outcomes: LAYERS.map((layer) => destroyed(layer)) };
const ofApp = { ...whole, outcomes: [destroyed("app"), { layer: "foundation", result: "skipped" as const }] };

const tagged = (arn: string, tags: Record<string, string> = {}) => [
  { arn, tags: { "strata:environment": "prod", "strata:layer": "app", ...tags } },
];
const VOLUME = "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1";
const said = (list: ReturnType<typeof tagged>, removal: typeof whole = whole) =>
  judgeLeftovers(list, removal).map(({ status, subject }) => [status, subject]);

it("says that nothing was left where nothing bears the tags", () => {
  expect(said([])).toEqual([["pass", "foundation, app"]]);
});

it.each([
  [VOLUME, "a volume, whose data is gone for good", "aws ec2 describe-volumes --volume-ids vol-1."],
  [
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/a1/b2",
    "a load balancer",
    "describe-load-balancers --load-balancer-arns arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/a1/b2.",
  ],
  [
    "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/eks/prod/cluster:*",
    "a log group",
    "describe-log-groups --log-group-name-prefix /aws/eks/prod/cluster.",
  ],
  ["arn:aws:ec2:eu-west-1:111122223333:network-interface/eni-1", "a network interface", "eni-1."],
  ["arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1", "a security group", "sg-1."],
  ["arn:aws:route53:::hostedzone/Z1", "a DNS zone", "--hosted-zone-id Z1."],
  ["arn:aws:sqs:eu-west-1:111122223333:by-hand", "a resource of app", "Nobody's? Delete it."],
])("names what was left, says what it is and how to look at it: %s", (arn, what, how) => {
  const [finding, ...others] = judgeLeftovers(tagged(arn), whole);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ status: "fail", severity: "warning", subject: arn });
  expect(finding?.message).toContain(what);
  expect(finding?.message).toContain(how);
});

it("says for whom the cluster made it", () => {
  const [finding] = judgeLeftovers(tagged(VOLUME, { "kubernetes.io/created-for/pvc/name": "data" }), whole);
  expect(finding?.message).toContain("The cluster made it for data.");
});

const resources = [{ address: "aws_s3_bucket.b", id: "prod-b", arn: "arn:aws:s3:::prod-b" }];
const keeping = {
  ...whole,
  outcomes: [destroyed("foundation"), destroyed("app", { retained: { because: "test", resources } })],
};

it.each([
  ["what is retained", tagged("arn:aws:s3:::prod-b"), keeping],
  ["the control plane's", tagged("arn:aws:s3:::prod-state", { "aws:cloudformation:stack-name": "x" }), whole],
  [
    "a recovery point of a vault",
    tagged("arn:aws:ec2:r::snapshot/s", { "aws:backup:source-resource": "v" }),
    whole,
  ],
  ["a layer's that stands", tagged("arn:aws:sqs:r:1:q", { "strata:layer": "foundation" }), ofApp],
  [
    "a controller's while its cluster may live",
    [{ arn: VOLUME, tags: { "kubernetes.io/cluster/prod": "owned" } }],
    ofApp,
  ],
])("leaves alone %s", (_, list, removal) => {
  expect(said(list as never, removal as never)).toEqual([["pass", expect.any(String)]]);
});

it("counts what it retains for the layer that is gone only, and a controller's once every layer is", () => {
  expect(said(tagged("arn:aws:s3:::prod-b"))).toEqual([["fail", "arn:aws:s3:::prod-b"]]);
  expect(said([{ arn: VOLUME, tags: { "kubernetes.io/cluster/prod": "owned" } }] as never)).toEqual([
    ["fail", VOLUME],
  ]);
  expect(said(tagged(VOLUME), ofApp as never)).toEqual([["fail", VOLUME]]);
});

it.each([
  [25, 25, false],
  [26, 26, true],
])("of %i names the first 25 and counts the rest", (count, findings, isCounted) => {
  const many = Array.from({ length: count }, (_, index) => tagged(`arn:aws:sqs:r:1:q${index}`)).flat();
  const found = judgeLeftovers(many, whole);
  expect(found).toHaveLength(findings);
  expect(found.at(-1)?.observed === "1 more").toBe(isCounted);
});

it("is not known where the tags cannot be read, and is not asked where nothing was destroyed", async () => {
  const silent = () => Promise.reject(new DependencyUnavailableError("tagging answered 503"));
  expect(await sweepLeftovers(whole, silent)).toMatchObject([
    { status: "unknown", severity: "warning", message: expect.stringContaining("tagging answered 503") },
  ]);
  expect(await sweepLeftovers({ ...whole, outcomes: [{ layer: "app", result: "failed" }] }, silent)).toEqual(
    [],
  );
});
