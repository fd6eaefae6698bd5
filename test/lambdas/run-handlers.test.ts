import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { handler as failRun } from "../../lambdas/fail-run/handler.ts";
import { handler as finishRun } from "../../lambdas/finish-run/handler.ts";
import { handler as recordLayer } from "../../lambdas/record-layer/handler.ts";
import { handler as requestApproval } from "../../lambdas/request-approval/handler.ts";
import { ConfigurationError, EvidenceMismatchError } from "../../lib/run/errors.ts";
import { gateReport, sampleReview, sampleRun } from "../run/samples.ts";
import { invoke, logOf, named } from "./invoke.ts";

const dynamo = mockClient(DynamoDBClient);
const sns = mockClient(SNSClient);
beforeEach(() => {
  dynamo.reset();
  sns.reset();
  dynamo.on(PutItemCommand).resolves({});
  dynamo.on(UpdateItemCommand).resolves({});
  sns.on(PublishCommand).resolves({});
});

describe("request-approval", () => {
  const event = { run: sampleRun(), layer: "foundation", review: sampleReview(), taskToken: "TOKEN-SECRET" };

  it("keeps the token in the table and asks on the action topic without it", async () => {
    const result = await invoke(requestApproval, event);
    expect(dynamo.commandCalls(PutItemCommand)[0]?.args[0].input.Item).toMatchObject({
      pk: { S: "run#run-1" },
      sk: { S: "approval#foundation" },
      taskToken: { S: "TOKEN-SECRET" },
      digest: { S: "d".repeat(64) },
      status: { S: "pending" },
      expiresAt: { N: expect.any(String) },
    });
    const { TopicArn, Message } = sns.commandCalls(PublishCommand)[0]!.args[0].input;
    expect(TopicArn).toContain("demo-action");
    expect(Message).not.toContain("TOKEN-SECRET");
    expect(JSON.stringify(result)).not.toContain("TOKEN-SECRET");
  });

  it("never logs the token, even when it fails", async () => {
    dynamo.on(PutItemCommand).rejects(named("ValidationException"));
    const log = await logOf(() => invoke(requestApproval, event));
    expect(log).toContain("ValidationException");
    expect(log).not.toContain("TOKEN-SECRET");
  });

  it("fails as a matter of configuration when it may not publish", async () => {
    sns.on(PublishCommand).rejects(named("AuthorizationErrorException"));
    await expect(invoke(requestApproval, event)).rejects.toThrow(ConfigurationError);
  });
});

describe("record-layer", () => {
  const outcome = {
    layer: "foundation",
    result: "proven",
    hasChanges: true,
    applied: true,
    gates: [gateReport("foundation", "eks"), gateReport("foundation", "delegation")],
  };
  it("records layer and run, and returns the outcome", async () => {
    const event = { run: sampleRun(), outcome, review: sampleReview() };
    await expect(invoke(recordLayer, event)).resolves.toEqual(outcome);
    expect(dynamo.commandCalls(PutItemCommand)[0]?.args[0].input.Item).toMatchObject({
      sk: { S: "layer#foundation" },
    });
    expect(dynamo.commandCalls(UpdateItemCommand)).toHaveLength(1);
  });
  it("rejects a layer whose gates are not those of the catalogue", async () => {
    const gates = [gateReport("foundation", "eks")];
    const event = { run: sampleRun(), outcome: { ...outcome, gates }, review: sampleReview() };
    await expect(invoke(recordLayer, event)).rejects.toThrow(EvidenceMismatchError);
    expect(dynamo.calls()).toHaveLength(0);
  });
});

it("finish-run records outcomes and failure, and frees nothing", async () => {
  const outcomes = [
    {
      layer: "foundation",
      result: "failed",
      error: { name: "States.Timeout", cause: "late", step: "Apply foundation" },
    },
    { layer: "platform-step02", result: "blocked" },
  ];
  const result = await invoke(finishRun, { run: sampleRun(), outcomes });
  expect(result).toMatchObject({ succeeded: false, error: "States.Timeout" });
  expect(dynamo.calls().map((call) => call.args[0].constructor.name)).toEqual([
    "UpdateItemCommand",
    "UpdateItemCommand",
    "UpdateItemCommand",
  ]);
});

it("fail-run records the failure of a run that was never prepared", async () => {
  const event = { executionArn: "arn:x", executionName: "run-9", error: "LeaseHeldError", cause: "held" };
  await expect(invoke(failRun, event)).resolves.toEqual({
    succeeded: false,
    error: "LeaseHeldError",
    cause: "held",
  });
  expect(dynamo.commandCalls(UpdateItemCommand)[0]?.args[0].input.Key).toEqual({
    pk: { S: "environment#demo" },
    sk: { S: "run#run-9" },
  });
});
