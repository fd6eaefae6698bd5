import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
} from "@aws-sdk/client-codebuild";
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it } from "vitest";
import { handler } from "../../lambdas/close-run/handler.ts";
import { toAttributes } from "../../lib/clients/table/attributes.ts";
import { InvalidInputError } from "../../lib/run/errors.ts";
import { sampleRun } from "../run/samples.ts";
import { invoke } from "./invoke.ts";

const dynamo = mockClient(DynamoDBClient);
const sfn = mockClient(SFNClient);
const codebuild = mockClient(CodeBuildClient);
const sns = mockClient(SNSClient);
const { executionArn } = sampleRun();
const record = { runId: "run-1", executionArn, run: sampleRun(), outcomes: {} };

beforeEach(() => {
  for (const mock of [dynamo, sfn, codebuild, sns]) mock.reset();
  dynamo.on(GetItemCommand).resolves({ Item: toAttributes(record) });
  dynamo.on(UpdateItemCommand).resolves({});
  dynamo.on(DeleteItemCommand).resolves({});
  sfn.on(DescribeExecutionCommand).resolves({ status: "FAILED", stopDate: new Date("2026-03-01T10:00:00Z") });
  codebuild.on(ListBuildsForProjectCommand).resolves({ ids: [] });
  codebuild.on(BatchGetBuildsCommand).resolves({ builds: [] });
  sns.on(PublishCommand).resolves({});
});

const executionEvent = {
  "detail-type": "Step Functions Execution Status Change",
  detail: { executionArn, name: "run-1", status: "FAILED", stateMachineArn: "arn:x" },
};
const buildEvent = {
  "detail-type": "CodeBuild Build State Change",
  detail: {
    "build-status": "SUCCEEDED",
    "project-name": "demo-apply-foundation",
    "build-id": "arn:aws:codebuild:eu-west-1:111122223333:build/demo-apply-foundation:1234",
  },
};
const build = (runId: string, buildStatus: "IN_PROGRESS" | "SUCCEEDED") => ({
  id: "demo-apply-foundation:1234",
  buildStatus,
  environment: {
    type: "ARM_CONTAINER" as const,
    image: "x",
    computeType: "BUILD_GENERAL1_SMALL" as const,
    environmentVariables: [{ name: "RUN_ID", value: runId }],
  },
});

it("closes a run when its execution has ended", async () => {
  await expect(invoke(handler, executionEvent)).resolves.toEqual({ closed: true, runId: "run-1" });
  expect(dynamo.commandCalls(DeleteItemCommand)).toHaveLength(1);
  expect(sns.commandCalls(PublishCommand)).toHaveLength(1);
  expect(sns.commandCalls(PublishCommand)[0]?.args[0].input.MessageAttributes?.event?.StringValue).toBe(
    "run-failed",
  );
});

it("closes a run when the build that outlived it has ended", async () => {
  codebuild.on(BatchGetBuildsCommand).resolves({ builds: [build("run-1", "SUCCEEDED")] });
  await expect(invoke(handler, buildEvent)).resolves.toEqual({ closed: true, runId: "run-1" });
  expect(codebuild.commandCalls(BatchGetBuildsCommand)[0]?.args[0].input.ids).toEqual([
    "demo-apply-foundation:1234",
  ]);
});

it("waits for a build that is alive", async () => {
  codebuild.on(ListBuildsForProjectCommand).resolves({ ids: ["demo-apply-foundation:1234"] });
  codebuild.on(BatchGetBuildsCommand).resolves({ builds: [build("run-1", "IN_PROGRESS")] });
  const result = await invoke(handler, executionEvent);
  expect(result.closed).toBe(false);
  expect(dynamo.commandCalls(DeleteItemCommand)).toHaveLength(0);
});

it("does nothing when a build ends in the middle of its run", async () => {
  codebuild.on(BatchGetBuildsCommand).resolves({ builds: [build("run-1", "SUCCEEDED")] });
  sfn.on(DescribeExecutionCommand).resolves({ status: "RUNNING" });
  await expect(invoke(handler, buildEvent)).resolves.toMatchObject({
    closed: false,
    waitingFor: [executionArn],
  });
  expect(dynamo.commandCalls(UpdateItemCommand)).toHaveLength(0);
});

it("leaves a build alone that belongs to no run", async () => {
  await expect(invoke(handler, buildEvent)).resolves.toEqual({ closed: false });
});

it.each([
  { "detail-type": "EC2 Instance State-change Notification", detail: {} },
  { "detail-type": "CodeBuild Build State Change", detail: {} },
])("rejects %j", async (event) => {
  await expect(invoke(handler, event)).rejects.toThrow(InvalidInputError);
});
