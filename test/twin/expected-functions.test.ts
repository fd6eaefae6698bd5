import { expect, it } from "vitest";
import {
  AWS_COLLECTIONS,
  type HttpRouteRecord,
  type RuleRecord,
  type SubscriptionRecord,
} from "../../lib/twin/aws/collections.ts";
import { VirtualClock } from "../../lib/twin/clock.ts";
import { expectedFunctions } from "../../lib/twin/expected-functions.ts";
import { type Json, World } from "../../lib/twin/world/world.ts";

const MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:prod-pipeline";
const OTHER = "arn:aws:states:eu-central-1:111122223333:stateMachine:prod-drift";
const arnOf = (name: string): string => `arn:aws:lambda:eu-central-1:111122223333:function:${name}:1`;
const task = (name: string, next?: string, failed?: string): Json => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: arnOf(name) },
  ...(failed === undefined ? {} : { Catch: [{ ErrorEquals: ["States.ALL"], Next: failed }] }),
  ...(next === undefined ? { End: true } : { Next: next }),
});
const part = (name: string): Json => ({ StartAt: "Look", States: { Look: task(name) } });

const DEFINITION: Json = {
  StartAt: "Prepare",
  States: {
    "Say so": task("fail-run"),
    Prepare: task("prepare-run", "Layers", "Say so"),
    Layers: {
      Type: "Parallel",
      Branches: [part("review-plan"), part("validate-eks")],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Say so" }],
      Next: "Which",
    },
    Which: { Type: "Choice", Choices: [{ Condition: "{% $many %}", Next: "Each" }], Default: "Finish" },
    Each: { Type: "Map", ItemProcessor: part("validate-dns"), Next: "Finish" },
    Finish: task("finish-run"),
    "Never reached": task("nobody"),
  },
};

it("names what a machine calls from its first state on, but for what only a failure leads to", () => {
  const world = new World(new VirtualClock(0));
  expect(expectedFunctions(world, DEFINITION)).toEqual([
    "prepare-run",
    "review-plan",
    "validate-eks",
    "validate-dns",
    "finish-run",
  ]);
  expect(expectedFunctions(world, null)).toEqual([]);
});

it("names after the first what topics, events of the machine and the API call, and nothing of another machine", () => {
  const world = new World(new VirtualClock(0));
  const rule = (machine: string, name: string): RuleRecord =>
    ({
      name,
      eventPattern: { detail: { stateMachineArn: [machine] } },
      targets: [{ id: "0", arn: arnOf(name) }],
    }) as unknown as RuleRecord;
  const rules = world.collection<RuleRecord>(AWS_COLLECTIONS.rules);
  rules.set("a", rule(MACHINE, "close-run"));
  rules.set("b", rule(OTHER, "close-check"));
  world
    .collection<SubscriptionRecord>(AWS_COLLECTIONS.subscriptions)
    .set("s", { arn: "s", topicArn: "t", endpoint: arnOf("forward-event") });
  world
    .collection<HttpRouteRecord>(AWS_COLLECTIONS.httpRoutes)
    .set("r", { functionArn: arnOf("api") } as HttpRouteRecord);
  expect(expectedFunctions(world, DEFINITION, MACHINE).slice(0, 5)).toEqual([
    "prepare-run",
    "forward-event",
    "close-run",
    "api",
    "review-plan",
  ]);
});
