import { beforeEach, describe, expect, it } from "vitest";
import type { BuildRecord, FunctionRecord } from "../../../lib/twin/aws/backends.ts";
import {
  AWS_COLLECTIONS,
  type InvokeConfigRecord,
  type NotificationRecord,
  type PermissionRecord,
  type RuleRecord,
  type TargetRecord,
  type TopicRecord,
} from "../../../lib/twin/aws/collections.ts";
import { failedDeliveries } from "../../../lib/twin/aws/events/failed-deliveries.ts";
import { matchesEvent } from "../../../lib/twin/aws/events/pattern.ts";
import { targetInput } from "../../../lib/twin/aws/events/target-input.ts";
import { addFault } from "../../../lib/twin/world/faults.ts";
import { COLLECTIONS } from "../../../lib/twin/world/records.ts";
import type { Json } from "../../../lib/twin/world/world.ts";
import { type Fixture, makeAws, makeRole, ROOT } from "./fixture.ts";

describe("patterns", () => {
  const event: Json = {
    source: "aws.states",
    detail: {
      status: "FAILED",
      name: "prod-pipeline",
      count: 7,
      tags: ["a", "b"],
      nothing: null,
      deep: { x: "1" },
    },
  };
  it.each<[Json, boolean]>([
    [{ source: ["aws.states"] }, true],
    [{ source: ["aws.codebuild", "aws.s3"] }, false],
    [{ source: ["aws.states"], detail: { status: ["SUCCEEDED", "FAILED"] } }, true],
    [{ detail: { name: [{ prefix: "prod-" }] } }, true],
    [{ detail: { name: [{ suffix: "-drift" }] } }, false],
    [{ detail: { name: [{ prefix: { "equals-ignore-case": "PROD" } }] } }, true],
    [{ detail: { name: [{ wildcard: "prod-*line" }] } }, true],
    [{ detail: { status: [{ "anything-but": ["FAILED", "ABORTED"] }] } }, false],
    [{ detail: { status: [{ "anything-but": "SUCCEEDED" }] } }, true],
    [{ detail: { name: [{ "anything-but": { prefix: "dev-" } }] } }, true],
    [{ detail: { absent: [{ "anything-but": "x" }] } }, false],
    [{ detail: { absent: [{ exists: false }], status: [{ exists: true }] } }, true],
    [{ detail: { status: [{ exists: false }] } }, false],
    [{ detail: { count: [{ numeric: [">", 0, "<=", 7] }] } }, true],
    [{ detail: { count: [{ numeric: ["<", 7] }] } }, false],
    [{ detail: { tags: ["b"] } }, true],
    [{ detail: { nothing: [null] } }, true],
    [{ detail: { deep: { x: ["1"], y: ["2"] } } }, false],
    [{ detail: { $or: [{ status: ["X"] }, { name: ["prod-pipeline"] }] } }, true],
    [{ detail: { status: [{ "equals-ignore-case": "failed" }] } }, true],
  ])("%j matches: %s", (pattern, expected) => {
    expect(matchesEvent(pattern, event)).toBe(expected);
  });

  it("throw for an operator that is not known", () => {
    expect(() => matchesEvent({ source: [{ cidr: "10.0.0.0/8" }] }, event)).toThrow("cidr");
  });
});

it("fills a target's template from the event", () => {
  const target: TargetRecord = {
    id: "t",
    arn: "x",
    inputTransformer: {
      inputPathsMap: { status: "$.detail.status", all: "$.detail" },
      inputTemplate: '{"status":<status>,"text":"run <status>","detail":<all>,"rule":<aws.events.rule-arn>}',
    },
  };
  expect(targetInput(target, "arn:rule", { detail: { status: 'a"b' } })).toEqual({
    status: 'a"b',
    text: 'run a"b',
    detail: { status: 'a"b' },
    rule: "arn:rule",
  });
});

const FUNCTION = "arn:aws:lambda:eu-central-1:111122223333:function:close-run";
const TOPIC = "arn:aws:sns:eu-central-1:111122223333:events";
const QUEUE = "arn:aws:sqs:eu-central-1:111122223333:dead";
const MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:m";
const RULE = "arn:aws:events:eu-central-1:111122223333:rule/ended";
const EXECUTION = "arn:aws:states:eu-central-1:111122223333:execution:m:r1";

let twin: Fixture;
let invoked: { at: number; payload: Json }[];
let failures: number;

function setRule(targets: TargetRecord[], eventPattern: Json = { source: [{ prefix: "" }] }): void {
  twin.world
    .collection<RuleRecord>(AWS_COLLECTIONS.rules)
    .set("ended", { name: "ended", arn: RULE, enabled: true, eventPattern, targets });
}
function permit(sourceArn = RULE): void {
  twin.world.collection<PermissionRecord>(AWS_COLLECTIONS.permissions).set("p", {
    functionName: "close-run",
    action: "lambda:InvokeFunction",
    principal: "events.amazonaws.com",
    sourceArn,
  });
}
const settle = () => twin.clock.runTo(twin.clock.now() + 600_000);
const put = (Detail: Json) =>
  twin.aws.call(ROOT, "events", "PutEvents", {
    Entries: [{ Source: "strata", DetailType: "Test", Detail: JSON.stringify(Detail) }],
  });

beforeEach(() => {
  twin = makeAws();
  invoked = [];
  failures = 0;
  twin.world.collection<FunctionRecord>(COLLECTIONS.functions).set("close-run", {
    name: "close-run",
    arn: FUNCTION,
    roleArn: makeRole(twin.world, "close-run", [
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE },
    ]),
    version: "1",
    codeDirectory: "",
    handler: "",
    timeoutSeconds: 30,
    memoryMegabytes: 128,
    environment: {},
  });
  twin.world.collection(AWS_COLLECTIONS.queues).set(QUEUE, { arn: QUEUE });
  twin.aws.connect({
    lambda: {
      invoke: async (_, payload) => {
        invoked.push({ at: twin.clock.now(), payload });
        return invoked.length <= failures
          ? { payload: { errorMessage: "no" }, functionError: "Unhandled" }
          : { payload: null };
      },
    },
  });
});

describe("delivery to a function", () => {
  it("takes half a second and carries the whole event", async () => {
    setRule([{ id: "t", arn: FUNCTION }]);
    permit();
    const before = twin.clock.now();
    await put({ n: 1 });
    await settle();
    expect(invoked).toHaveLength(1);
    expect(invoked[0]?.at).toBe(before + 500);
    expect(invoked[0]?.payload).toMatchObject({
      version: "0",
      source: "strata",
      "detail-type": "Test",
      account: "111122223333",
      time: "2026-11-24T08:00:00Z",
      detail: { n: 1 },
    });
  });

  it("needs a statement for this very rule in the function's policy", async () => {
    setRule([{ id: "t", arn: FUNCTION, deadLetterArn: QUEUE }]);
    permit(`${RULE}-other`);
    await put({});
    await settle();
    expect(invoked).toEqual([]);
    expect(failedDeliveries(twin.world)[0]).toMatchObject({ from: "ended", to: FUNCTION });
    expect(twin.world.collection(AWS_COLLECTIONS.messages).keys()).toHaveLength(1);
  });

  it("is tried again after one and two minutes when the function fails", async () => {
    setRule([{ id: "t", arn: FUNCTION }]);
    permit();
    failures = 2;
    await put({});
    await settle();
    const [first, second, third] = invoked.map(({ at }) => at);
    expect(invoked).toHaveLength(3);
    expect([second! - first!, third! - second!]).toEqual([60_000, 120_000]);
  });

  it("tells the on-failure destination after the last attempt", async () => {
    setRule([{ id: "t", arn: FUNCTION }]);
    permit();
    twin.world.collection<InvokeConfigRecord>(AWS_COLLECTIONS.invokeConfigs).set("close-run", {
      functionName: "close-run",
      maximumRetryAttempts: 1,
      maximumEventAgeSeconds: 21_600,
      onFailure: QUEUE,
    });
    failures = 9;
    await put({ n: 1 });
    await settle();
    expect(invoked).toHaveLength(2);
    const [message] = twin.world.collection<{ body: string }>(AWS_COLLECTIONS.messages).values();
    expect(JSON.parse(message!.body)).toMatchObject({
      requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 2 },
      requestPayload: { detail: { n: 1 } },
      responsePayload: { errorMessage: "no" },
    });
  });

  it("happens twice or never when the world says so", async () => {
    setRule([{ id: "t", arn: FUNCTION }]);
    permit();
    addFault(twin.world, { kind: "event-duplicate", rule: "ended", remaining: 1 });
    await put({});
    await settle();
    expect(invoked).toHaveLength(2);
    addFault(twin.world, { kind: "event-lost", remaining: 1 });
    await put({});
    await settle();
    expect(invoked).toHaveLength(2);
  });
});

describe("delivery to a topic", () => {
  const topic = (policy?: Json): void => {
    const record: TopicRecord = {
      arn: TOPIC,
      name: "events",
      displayName: "",
      ...(policy ? { policy } : {}),
    };
    twin.world.collection<TopicRecord>(AWS_COLLECTIONS.topics).set(TOPIC, record);
  };
  const published = () => twin.world.collection<NotificationRecord>(COLLECTIONS.notifications).values();

  it("needs the topic's policy to name EventBridge", async () => {
    setRule([{ id: "t", arn: TOPIC, inputPath: "$.detail" }]);
    topic();
    await put({ n: 1 });
    await settle();
    expect(published()).toEqual([]);
    topic({
      Statement: {
        Effect: "Allow",
        Action: "sns:Publish",
        Principal: { Service: "events.amazonaws.com" },
        Resource: TOPIC,
      },
    });
    await put({ n: 2 });
    await settle();
    expect(published().map(({ message }) => message)).toEqual(['{"n":2}']);
  });
});

it("starts an execution with the rule's role, if that role may", async () => {
  const started: Json[] = [];
  twin.world
    .collection(COLLECTIONS.stateMachines)
    .set(MACHINE, { arn: MACHINE, name: "m", roleArn: "", definition: {} });
  twin.aws.connect({ states: statesBackend(started) });
  const role = makeRole(twin.world, "starter", [
    { Effect: "Allow", Action: "states:StartExecution", Resource: MACHINE },
  ]);
  setRule([{ id: "t", arn: MACHINE, roleArn: role, input: '{"operation":"drift"}' }], { source: ["strata"] });
  await put({});
  await settle();
  expect(started).toEqual([{ stateMachineArn: MACHINE, input: '{"operation":"drift"}' }]);
  makeRole(twin.world, "starter", []);
  await put({});
  await settle();
  expect(started).toHaveLength(1);
  expect(failedDeliveries(twin.world)).toHaveLength(1);
});

function statesBackend(started: Json[]) {
  return {
    startExecution: (input: Json) => {
      started.push(input);
      return { executionArn: EXECUTION, startDate: 0 };
    },
    describeExecution: () => ({
      executionArn: EXECUTION,
      stateMachineArn: MACHINE,
      name: "r1",
      status: "FAILED",
      startDate: 1_790_000_000.25,
      stopDate: 1_790_000_100,
      input: "{}",
      error: "GateFailedError",
      cause: "c",
    }),
    listExecutions: () => null,
    getExecutionHistory: () => null,
    stopExecution: () => ({ stopDate: 0 }),
    sendTaskSuccess: () => undefined,
    sendTaskFailure: () => undefined,
    sendTaskHeartbeat: () => undefined,
  };
}

describe("AWS's own events", () => {
  it("tell of an execution's end", async () => {
    twin.aws.connect({ states: statesBackend([]) });
    permit();
    setRule([{ id: "t", arn: FUNCTION }], {
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: { stateMachineArn: [MACHINE], status: ["FAILED"] },
    });
    twin.world.emit("states.execution.changed", { executionArn: EXECUTION });
    await settle();
    expect(invoked[0]?.payload).toMatchObject({
      resources: [EXECUTION],
      detail: {
        executionArn: EXECUTION,
        startDate: 1_790_000_000_250,
        stopDate: 1_790_000_100_000,
        input: "{}",
        inputDetails: { included: true },
        output: null,
        outputDetails: null,
        redriveStatus: "REDRIVABLE",
        error: "GateFailedError",
      },
    });
  });

  it("tell of a build's start and end, not of every phase", async () => {
    permit();
    setRule([{ id: "t", arn: FUNCTION }], { "detail-type": ["CodeBuild Build State Change"] });
    const build: BuildRecord = {
      id: "dev-plan-app:1",
      arn: "arn:aws:codebuild:eu-central-1:111122223333:build/dev-plan-app:1",
      projectName: "dev-plan-app",
      buildStatus: "IN_PROGRESS",
      currentPhase: "SUBMITTED",
      startTime: Date.UTC(2026, 10, 24, 8),
      initiator: "states/m",
      environment: [],
      exportedEnvironmentVariables: [],
      phases: [],
      log: "",
    };
    const change = (changes: Partial<BuildRecord>) => {
      twin.world.collection<BuildRecord>(COLLECTIONS.builds).set(build.id, { ...build, ...changes });
      twin.world.emit("codebuild.build.changed", { id: build.id });
    };
    change({});
    change({ currentPhase: "BUILD" });
    change({ buildStatus: "SUCCEEDED", currentPhase: "COMPLETED", endTime: build.startTime + 1000 });
    await settle();
    const details = invoked.map(({ payload }) => (payload as { detail: { [key: string]: Json } }).detail);
    expect(details.map((detail) => detail["build-status"])).toEqual(["IN_PROGRESS", "SUCCEEDED"]);
    expect(details[1]).toMatchObject({
      "project-name": "dev-plan-app",
      "build-id": build.arn,
      "current-phase": "COMPLETED",
      "additional-information": { "build-start-time": "Nov 24, 2026 8:00:00 AM" },
    });
  });
});

it("fires a schedule by name", async () => {
  permit();
  twin.world.collection<RuleRecord>(AWS_COLLECTIONS.rules).set("hourly", {
    name: "hourly",
    arn: RULE,
    enabled: true,
    scheduleExpression: "rate(1 hour)",
    targets: [{ id: "t", arn: FUNCTION, input: '{"kind":"drift"}' }],
  });
  twin.aws.fireSchedule("hourly");
  await settle();
  expect(invoked.map(({ payload }) => payload)).toEqual([{ kind: "drift" }]);
  expect(() => twin.aws.fireSchedule("none")).toThrow("no schedule none");
});
