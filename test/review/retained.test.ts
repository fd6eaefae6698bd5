import { expect, it } from "vitest";
import { plannedChanges } from "../../lib/review/changes.ts";
import { refuseLoss, retainedBy } from "../../lib/review/retained.ts";
import { PlanRejectedError } from "../../lib/run/errors.ts";
import { change, planOf } from "./samples.ts";

const retains = {
  because: "the backups",
  resources: ["aws_s3_bucket.backups", "aws_s3_bucket_policy.backups"],
};
const rules = { protects: ["aws_s3_bucket"], retains };
const BUCKET = 'aws_s3_bucket.backups["primary"]';
const POLICY = 'aws_s3_bucket_policy.backups["primary"]';

const resource = (address: string, values = {}, mode = "managed") => ({ address, mode, values });
const planText = (...resources: object[]): string =>
  JSON.stringify({ ...planOf(), prior_state: { values: { root_module: { resources } } } });
const removing = (...addresses: string[]) =>
  plannedChanges(planOf(...addresses.map((address) => change(address, ["delete"]))));

it("names what the state holds of it and the plan does not take, every instance of it", () => {
  const state = planText(
    resource(BUCKET, { id: "b", arn: "arn:b", bucket: "b" }),
    resource('aws_s3_bucket.backups["replica"]', { id: "r" }),
    resource(POLICY, { id: "b" }),
    resource("aws_s3_bucket.other", { id: "o" }),
    resource("aws_s3_bucket.backups", { id: "read" }, "data"),
  );
  expect(retainedBy(state, removing(POLICY, "aws_s3_bucket.other"), retains)).toEqual({
    retained: {
      because: "the backups",
      resources: [
        { address: BUCKET, id: "b", arn: "arn:b" },
        { address: 'aws_s3_bucket.backups["replica"]', id: "r" },
      ],
    },
  });
});

it.each([
  ["the layer retains nothing", planText(resource(BUCKET)), undefined],
  ["nothing of it was ever made", planText(resource("aws_s3_bucket.other")), retains],
  ["there is no state", JSON.stringify(planOf()), retains],
])("says nothing where %s", (_, state, of) => {
  expect(retainedBy(state, [], of)).toEqual({});
});

it("rejects a removal that takes it, naming what would have to be allowed", () => {
  const refused = () => refuseLoss("resilience", removing(BUCKET, POLICY, "aws_vpc.this"), rules, []);
  expect(refused).toThrow(PlanRejectedError);
  expect(refused).toThrow(`(the backups): ${BUCKET}, ${POLICY}. If that is wanted`);
});

it.each([
  ["by its address", [BUCKET]],
  ["by the resource, for all instances", ["aws_s3_bucket.backups"]],
])("lets go what holds the data if it is named %s, and how it is kept with it", (_, allowed) => {
  expect(() => refuseLoss("resilience", removing(BUCKET, POLICY), rules, allowed)).not.toThrow();
});

it("rejects a second instance that nobody named", () => {
  const both = removing(BUCKET, 'aws_s3_bucket.backups["replica"]');
  expect(() => refuseLoss("resilience", both, rules, [BUCKET])).toThrow(
    /: aws_s3_bucket\.backups\["replica"\]\. If/,
  );
});

it("rejects to take how something is kept while it stays", () => {
  expect(() => refuseLoss("resilience", removing(POLICY), rules, [BUCKET])).toThrow(POLICY);
  expect(() => refuseLoss("resilience", removing(POLICY), rules, [POLICY])).not.toThrow();
});

it("has nothing against the rest", () => {
  expect(() => refuseLoss("resilience", removing("aws_vpc.this"), rules, [])).not.toThrow();
  expect(() => refuseLoss("app", removing(BUCKET), { protects: ["aws_s3_bucket"] }, [])).not.toThrow();
});
