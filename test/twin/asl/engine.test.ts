import { beforeEach, describe, expect, it } from "vitest";
import { StepFunctionsEngine } from "../../../lib/twin/asl/engine.ts";
import { ServiceRunner } from "../../../lib/twin/asl/integrations/service-runner.ts";
import type { BuildRecord, StateMachineRecord } from "../../../lib/twin/aws/backends.ts";
import { type Aws, AwsError, type Principal } from "../../../lib/twin/aws/contract.ts";
import { VirtualClock } from "../../../lib/twin/clock.ts";
import { COLLECTIONS } from "../../../lib/twin/world/records.ts";
import { type Json, World } from "../../../lib/twin/world/world.ts";
import { machine, START } from "./harness.ts";

type Request = { principal: Principal; service: string; operation: string; input: { [key: string]: Json } };
type Answer = (request: Request) => Json | Promise<Json>;

const MACHINE = "arn:aws:states:us-east-1:111122223333:stateMachine:demo-pipeline";
const ROLE = "arn:aws:iam::111122223333:role/machine";

let clock: VirtualClock;
let world: World;
let engine: StepFunctionsEngine;
let requests: Request[];
let answers: Record<string, Answer>;
let changes: { [key: string]: Json }[];

beforeEach(() => {
  clock = new VirtualClock(START);
  world = new World(clock, 3);
  requests = [];
  answers = {};
  changes = [];
  const aws: Aws = {
    accountId: "111122223333",
    region: "us-east-1",
    call: async (principal, service, operation, input) => {
      const request = { principal, service, operation, input: input as { [key: string]: Json } };
      requests.push(request);
      const answer = answers[`${service}:${operation}`];
      if (!answer) throw new AwsError("NotImplemented", `no ${service} ${operation}`, 501);
      return answer(request);
    },
    authorize: () => undefined,
    credentials: () => ({ accessKeyId: "", secretAccessKey: "", sessionToken: "" }),
    whoIs: () => undefined,
  };
  engine = new StepFunctionsEngine(world, new ServiceRunner(aws, world), {
    limits: { transitionMilliseconds: 0 },
  });
  world.on<{ [key: string]: Json }>("states.execution.changed", (change) => void changes.push(change));
  answers["states:StartExecution"] = ({ input }) => ({
    ...engine.startExecution(input as { stateMachineArn: string }),
  });
  answers["states:DescribeExecution"] = ({ input }) => engine.describeExecution(String(input.executionArn));
  answers["states:StopExecution"] = ({ input }) => ({ ...engine.stopExecution(String(input.executionArn)) });
});

function define(definition: Json, arn = MACHINE): void {
  const name = arn.slice(arn.lastIndexOf(":") + 1);
  world
    .collection<StateMachineRecord>(COLLECTIONS.stateMachines)
    .set(arn, { arn, name, roleArn: ROLE, definition });
}

const only = (resource: string, fields: { [key: string]: Json }): Json =>
  machine({ Only: { Type: "Task", Resource: resource, End: true, ...fields } });

type Described = { status: string; output?: string; error?: string; cause?: string; [key: string]: unknown };
const described = (executionArn: string) => engine.describeExecution(executionArn) as Described;

async function run(input: Json = {}, name = "first"): Promise<Described> {
  const { executionArn } = engine.startExecution({
    stateMachineArn: MACHINE,
    name,
    input: JSON.stringify(input),
  });
  await clock.runUntil(() => described(executionArn).status !== "RUNNING");
  return described(executionArn);
}

const encoded = (payload: Json): string => Buffer.from(JSON.stringify(payload)).toString("base64");

describe("an execution", () => {
  it("is a record of the world from its start on, with its history at the end", async () => {
    define(machine({ Greet: { Type: "Pass", Output: { hello: "{% $states.input.name %}" }, End: true } }));
    const execution = await run({ name: "you" });
    expect(execution).toMatchObject({
      status: "SUCCEEDED",
      name: "first",
      stateMachineArn: MACHINE,
      input: '{"name":"you"}',
      output: '{"hello":"you"}',
      startDate: START / 1000,
    });
    expect(changes.map(({ status }) => status)).toEqual(["RUNNING", "SUCCEEDED"]);
    expect(changes[1]).toMatchObject({
      executionArn: execution.executionArn,
      output: '{"hello":"you"}',
      startDate: START,
    });
    const history = engine.getExecutionHistory(String(execution.executionArn)) as {
      events: { type: string }[];
    };
    expect(history.events.map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
    const other = new World(new VirtualClock(clock.now()), 3);
    other.restore(world.save());
    const reader = new StepFunctionsEngine(other, {
      accepts: () => undefined,
      start: () => ({ abort: () => undefined }),
    });
    expect(reader.getExecutionHistory(String(execution.executionArn))).toEqual(history);
  });

  it("is started once for the same name and input, and refused for another input", async () => {
    define(machine({ Pause: { Type: "Wait", Seconds: 60, End: true } }));
    const start = (input: string) => engine.startExecution({ stateMachineArn: MACHINE, name: "n", input });
    expect(start("{}")).toEqual(start("{}"));
    expect(() => start('{"a":1}')).toThrow(expect.objectContaining({ code: "ExecutionAlreadyExists" }));
    expect(changes).toHaveLength(1);
  });

  it("is refused for unknown machines, broken input and definitions that are not understood", () => {
    define(only("arn:aws:states:::bedrock:invokeModel", {}));
    expect(() => engine.startExecution({ stateMachineArn: MACHINE })).toThrow(/does not run the resource/);
    define(machine({ Done: { Type: "Succeed" } }));
    expect(() => engine.startExecution({ stateMachineArn: MACHINE, input: "{" })).toThrow(
      expect.objectContaining({ code: "InvalidExecutionInput" }),
    );
    expect(() => engine.startExecution({ stateMachineArn: `${MACHINE}x` })).toThrow(
      expect.objectContaining({ code: "StateMachineDoesNotExist" }),
    );
  });

  it("goes on with its definition when the machine is redefined meanwhile", async () => {
    define(machine({ Pause: { Type: "Wait", Seconds: 60, Output: "old", End: true } }));
    const { executionArn } = engine.startExecution({ stateMachineArn: MACHINE });
    define(machine({ Pause: { Type: "Succeed", Output: "new" } }));
    await clock.runUntil(() => described(executionArn).status !== "RUNNING");
    expect(described(executionArn).output).toBe('"old"');
    expect((await run()).output).toBe('"new"');
  });

  it("can be listed and stopped", async () => {
    define(machine({ Pause: { Type: "Wait", Seconds: 600, End: true } }));
    const { executionArn } = engine.startExecution({ stateMachineArn: MACHINE, name: "a" });
    await clock.runTo(START + 5000);
    expect(engine.stopExecution(executionArn, "Cancelled", "by hand")).toEqual({
      stopDate: START / 1000 + 5,
    });
    await clock.runTo(START + 6000);
    expect(described(executionArn)).toMatchObject({
      status: "ABORTED",
      error: "Cancelled",
      cause: "by hand",
    });
    expect(engine.listExecutions(MACHINE, "ABORTED")).toMatchObject({ executions: [{ name: "a" }] });
    expect(engine.listExecutions(MACHINE, "RUNNING")).toEqual({ executions: [] });
  });
});

describe("lambda:invoke", () => {
  const resource = "arn:aws:states:::lambda:invoke";
  const FunctionName = "arn:aws:lambda:us-east-1:111122223333:function:demo:3";

  it("calls the function as the machine's role and returns version, payload and status", async () => {
    answers["lambda:Invoke"] = ({ input }) => ({
      StatusCode: 200,
      ExecutedVersion: "3",
      Payload: encoded({ got: JSON.parse(Buffer.from(String(input.Payload), "base64").toString()) }),
    });
    define(only(resource, { Arguments: { FunctionName, Payload: { n: "{% $states.input.n %}" } } }));
    const { output } = await run({ n: 5 });
    expect(JSON.parse(output ?? "")).toEqual({
      ExecutedVersion: "3",
      Payload: { got: { n: 5 } },
      StatusCode: 200,
    });
    expect(requests[0]).toMatchObject({ principal: { roleArn: ROLE }, input: { FunctionName } });
  });

  it("fails with the name of the error that the function threw, and its payload as the cause", async () => {
    const payload = {
      errorType: "NotReadyError",
      errorMessage: "not yet",
      trace: ["NotReadyError: not yet"],
    };
    answers["lambda:Invoke"] = () => ({
      StatusCode: 200,
      FunctionError: "Unhandled",
      Payload: encoded(payload),
    });
    define(only(resource, { Arguments: { FunctionName } }));
    expect(await run()).toMatchObject({
      status: "FAILED",
      error: "NotReadyError",
      cause: JSON.stringify(payload),
    });
  });

  it("fails with the service's name for the service's errors", async () => {
    answers["lambda:Invoke"] = () =>
      Promise.reject(new AwsError("TooManyRequestsException", "Rate Exceeded.", 429));
    define(only(resource, { Arguments: { FunctionName } }));
    expect(await run()).toMatchObject({
      error: "Lambda.TooManyRequestsException",
      cause: expect.stringMatching(/^Rate Exceeded\. \(Service: AWSLambda; Status Code: 429/),
    });
    answers["lambda:Invoke"] = () => Promise.reject(new AwsError("AccessDeniedException", "may not", 403));
    expect(await run({}, "second")).toMatchObject({ error: "Lambda.AWSLambdaException" });
  });

  it("with a task token goes on when the callback comes, 100 ms later", async () => {
    answers["lambda:Invoke"] = () => ({ StatusCode: 200, ExecutedVersion: "3", Payload: encoded(null) });
    define(only(`${resource}.waitForTaskToken`, {
      Arguments: { FunctionName, Payload: { token: "{% $states.context.Task.Token %}" } },
    }));
    const { executionArn } = engine.startExecution({ stateMachineArn: MACHINE });
    await clock.runTo(START + 60_000);
    const { token } = JSON.parse(Buffer.from(String(requests[0]?.input.Payload), "base64").toString()) as {
      token: string;
    };
    expect(() => engine.sendTaskSuccess(token, "{")).toThrow(
      expect.objectContaining({ code: "InvalidOutput" }),
    );
    engine.sendTaskHeartbeat(token);
    engine.sendTaskSuccess(token, '{"approved":true}');
    expect(() => engine.sendTaskFailure(token)).toThrow(expect.objectContaining({ code: "TaskTimedOut" }));
    await clock.runUntil(() => described(executionArn).status !== "RUNNING");
    expect(described(executionArn)).toMatchObject({ status: "SUCCEEDED", output: '{"approved":true}' });
    expect(clock.now() - START).toBe(60_100);
  });
});

describe("codebuild:startBuild.sync", () => {
  const builds = () => world.collection<BuildRecord>(COLLECTIONS.builds);
  const id = "demo-plan-foundation:0001";
  const definition = only("arn:aws:states:::codebuild:startBuild.sync", {
    Arguments: {
      ProjectName: "demo-plan-foundation",
      EnvironmentVariablesOverride: [{ Name: "RUN_ID", Value: "{% $states.input.run %}", Type: "PLAINTEXT" }],
    },
    TimeoutSeconds: 3600,
  });

  function end(buildStatus: BuildRecord["buildStatus"]): void {
    builds().update(id, (build) => ({
      ...build,
      buildStatus,
      endTime: clock.now(),
      exportedEnvironmentVariables: [{ name: "MANIFEST_KEY", value: "runs/1" }],
    }));
    world.emit("codebuild.build.changed", { id });
  }

  beforeEach(() => {
    define(definition);
    const answer = () => {
      const build = builds().get(id);
      return {
        id,
        arn: "arn:build",
        buildStatus: build?.buildStatus ?? "IN_PROGRESS",
        startTime: START / 1000,
        exportedEnvironmentVariables: build?.exportedEnvironmentVariables ?? [],
      };
    };
    answers["codebuild:StartBuild"] = () => {
      builds().set(id, {
        id,
        arn: "arn:build",
        projectName: "demo-plan-foundation",
        buildStatus: "IN_PROGRESS",
        currentPhase: "SUBMITTED",
        startTime: clock.now(),
        initiator: "",
        environment: [],
        exportedEnvironmentVariables: [],
        phases: [],
        log: "",
      });
      return { build: answer() };
    };
    answers["codebuild:BatchGetBuilds"] = () => ({ builds: [answer()] });
  });

  const start = () => engine.startExecution({ stateMachineArn: MACHINE, input: '{"run":"r1"}' }).executionArn;

  it("waits for the build's end and returns it in Step Functions' letters", async () => {
    const executionArn = start();
    await clock.runTo(START + 120_000);
    expect(described(executionArn).status).toBe("RUNNING");
    end("SUCCEEDED");
    await clock.runUntil(() => described(executionArn).status !== "RUNNING");
    expect(JSON.parse(described(executionArn).output ?? "")).toEqual({
      Build: {
        Id: id,
        Arn: "arn:build",
        BuildStatus: "SUCCEEDED",
        StartTime: START,
        ExportedEnvironmentVariables: [{ Name: "MANIFEST_KEY", Value: "runs/1" }],
      },
    });
    expect(requests[0]?.input).toEqual({
      projectName: "demo-plan-foundation",
      environmentVariablesOverride: [{ name: "RUN_ID", value: "r1", type: "PLAINTEXT" }],
    });
    // The end becomes known after 2 s, and the build is then described.
    expect(clock.now() - START).toBe(122_050);
  });

  it("fails with States.TaskFailed and the build as the cause when the build failed", async () => {
    const executionArn = start();
    await clock.runTo(START + 1000);
    end("FAILED");
    await clock.runUntil(() => described(executionArn).status !== "RUNNING");
    const { error, cause } = described(executionArn);
    expect(error).toBe("States.TaskFailed");
    expect(JSON.parse(cause ?? "")).toMatchObject({ Build: { Id: id, BuildStatus: "FAILED" } });
  });

  it("asks for the build to be stopped when the execution is, and lives with a refusal", async () => {
    answers["codebuild:StopBuild"] = () => Promise.reject(new AwsError("AccessDeniedException", "no", 403));
    const executionArn = start();
    await clock.runTo(START + 1000);
    engine.stopExecution(executionArn);
    await clock.runTo(START + 2000);
    expect(requests.at(-1)).toMatchObject({
      operation: "StopBuild",
      input: { id },
      principal: { roleArn: ROLE },
    });
    expect(described(executionArn).status).toBe("ABORTED");
    expect(builds().get(id)?.buildStatus).toBe("IN_PROGRESS");
    end("SUCCEEDED");
    await clock.runTo(START + 10_000);
    expect(described(executionArn).status).toBe("ABORTED");
  });

  it("fails when the build cannot even be submitted", async () => {
    answers["codebuild:StartBuild"] = () =>
      Promise.reject(new AwsError("AccountLimitExceededException", "too many", 400));
    const executionArn = start();
    await clock.runUntil(() => described(executionArn).status !== "RUNNING");
    expect(described(executionArn).error).toBe("CodeBuild.AccountLimitExceededException");
    const { events } = engine.getExecutionHistory(executionArn) as { events: { type: string }[] };
    expect(events.map(({ type }) => type)).toContain("TaskSubmitFailed");
  });
});

describe("other integrations", () => {
  it("pass through to the service in its own letters", async () => {
    answers["sns:Publish"] = ({ input }) => ({ MessageId: `sent ${input.Message}` });
    answers["eks:DescribeCluster"] = ({ input }) => ({
      cluster: { name: input.name ?? "", tags: { "strata:layer": "x" } },
    });
    define(machine({
      Tell: {
        Type: "Task",
        Resource: "arn:aws:states:::sns:publish",
        Arguments: { TopicArn: "t", Message: "m" },
        Assign: { sent: "{% $states.result.MessageId %}" },
        Next: "Look",
      },
      Look: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:eks:describeCluster",
        Arguments: { Name: "demo" },
        Output: { sent: "{% $sent %}", cluster: "{% $states.result.Cluster %}" },
        End: true,
      },
    }));
    expect(JSON.parse((await run()).output ?? "")).toEqual({
      sent: "sent m",
      cluster: { Name: "demo", Tags: { "strata:layer": "x" } },
    });
  });

  it("name the errors of aws-sdk calls as the SDK does", async () => {
    answers["s3:GetObject"] = () => Promise.reject(new AwsError("NoSuchKey", "not there", 404));
    define(only("arn:aws:states:::aws-sdk:s3:getObject", { Arguments: { Bucket: "b", Key: "k" } }));
    expect(await run()).toMatchObject({ error: "S3.NoSuchKeyException" });
  });

  it("run a child execution to its end, with its output as JSON for .sync:2", async () => {
    define(
      machine({ Wait: { Type: "Wait", Seconds: 30, Output: { done: "{% $states.input.n %}" }, End: true } }),
      `${MACHINE}-child`,
    );
    define(only("arn:aws:states:::states:startExecution.sync:2", {
      Arguments: { StateMachineArn: `${MACHINE}-child`, Name: "child", Input: { n: 4 } },
      Output: "{% $states.result.Output.done %}",
    }));
    expect(await run()).toMatchObject({ status: "SUCCEEDED", output: "4" });
  });

  it("fail with a failed child, and stop a running one", async () => {
    define(machine({ Stop: { Type: "Fail", Error: "E" } }), `${MACHINE}-child`);
    const definition = only("arn:aws:states:::states:startExecution.sync:2", {
      Arguments: { StateMachineArn: `${MACHINE}-child`, Name: "{% $states.context.Execution.Name %}" },
    });
    define(definition);
    expect(await run()).toMatchObject({ status: "FAILED", error: "States.TaskFailed" });
    define(machine({ Wait: { Type: "Wait", Seconds: 900, End: true } }), `${MACHINE}-child`);
    const { executionArn } = engine.startExecution({ stateMachineArn: MACHINE, name: "second" });
    await clock.runTo(clock.now() + 5000);
    engine.stopExecution(executionArn);
    await clock.runTo(clock.now() + 1000);
    expect(engine.listExecutions(`${MACHINE}-child`, "ABORTED")).toMatchObject({
      executions: [{ name: "second" }],
    });
  });
});
