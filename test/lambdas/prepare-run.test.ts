import { createHash } from "node:crypto";
import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
} from "@aws-sdk/client-codebuild";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it } from "vitest";
import { handler } from "../../lambdas/prepare-run/handler.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { toAttributes } from "../../lib/clients/table/attributes.ts";
import { InvalidInputError, LeaseHeldError } from "../../lib/run/errors.ts";
import { body, invoke, named } from "./invoke.ts";

const s3 = mockClient(S3Client);
const dynamo = mockClient(DynamoDBClient);
const sfn = mockClient(SFNClient);
const codebuild = mockClient(CodeBuildClient);
const sns = mockClient(SNSClient);
const SOURCE = Buffer.from("the source");
const SHA256 = createHash("sha256").update(SOURCE).digest("hex");

beforeEach(() => {
  for (const mock of [s3, dynamo, sfn, codebuild, sns]) mock.reset();
  s3.on(GetObjectCommand).resolves(body(SOURCE));
  s3.on(PutObjectCommand).resolves({ VersionId: "v1" });
  dynamo.on(PutItemCommand).resolves({});
  dynamo.on(GetItemCommand).resolves({});
  sns.on(PublishCommand).resolves({});
});

const event = (input: unknown = { operation: "deploy", reason: "try", layers: ["platform-step02"] }) => ({
  executionArn: "arn:aws:states:eu-west-1:111122223333:execution:demo-pipeline:run-1",
  executionName: "run-1",
  startedAt: "2026-03-01T09:59:00.123+00:00",
  input,
});

it("makes a run: lease, pinned source, record, notification, in that order", async () => {
  const run = await invoke(handler, event());
  expect(run).toMatchObject({
    runId: "run-1",
    layers: ["foundation", "platform-step02"],
    approval: "on-change",
    startedAt: "2026-03-01T09:59:00.123Z",
    source: { bucket: "artefacts", key: `sources/${SHA256}.tar.gz`, versionId: "v1", sha256: SHA256 },
    terraformVersion: "1.14.3",
  });
  const [lease, record] = dynamo.commandCalls(PutItemCommand).map((call) => call.args[0].input.Item);
  expect(lease).toMatchObject({ sk: { S: "lease" }, runId: { S: "run-1" } });
  expect(record).toMatchObject({ sk: { S: "run#run-1" }, outcomes: { M: {} } });
  const { MessageAttributes, TopicArn } = sns.commandCalls(PublishCommand)[0]!.args[0].input;
  expect(TopicArn).toContain("demo-events");
  expect(MessageAttributes?.event?.StringValue).toBe("run-started");
});

it("takes who asked from the input as a claim, until AWS has said who it was", async () => {
  const claiming = event({ operation: "deploy", reason: "x", requestedBy: "ada" });
  expect(await invoke(handler, claiming)).toMatchObject({ requestedBy: "ada", claimed: true });
  const told = () => sns.commandCalls(PublishCommand).at(-1)?.args[0].input.Message;
  expect(told()).toContain("Requested by: ada (as its input claims).");
  const ann = "arn:aws:sts::111122223333:assumed-role/operators/ann";
  const key = { pk: { S: "run#run-1" }, sk: { S: "requester" } };
  dynamo.on(GetItemCommand, { Key: key }).resolves({ Item: { ...key, arn: { S: ann } } });
  const run = await invoke(handler, claiming);
  expect(run).toMatchObject({ requestedBy: ann });
  expect(run.claimed).toBeUndefined();
  expect(told()).toContain(`Requested by: ${ann}.`);
});

it("uses the source that is there already", async () => {
  s3.on(PutObjectCommand).rejects(named("PreconditionFailed"));
  s3.on(HeadObjectCommand).resolves({ VersionId: "v0" });
  expect((await invoke(handler, event())).source.versionId).toBe("v0");
});

it("lets the input's approval win over the environment's", async () => {
  const run = await invoke(handler, event({ operation: "deploy", reason: "x", approval: "always" }));
  expect(run.approval).toBe("always");
});

it.each([
  [{ operation: "deploy" }, /reason/],
  [{ operation: "deploy", reason: "x", layers: ["platform-step2"] }, /did you mean "platform-step02"/],
])("rejects %j before it takes the lease", async (input, problem) => {
  const refused = invoke(handler, event(input));
  await expect(refused).rejects.toThrow(InvalidInputError);
  await expect(refused).rejects.toThrow(problem);
  expect(dynamo.calls()).toHaveLength(0);
});

it("rejects while another run holds the lease, and leaves nothing behind", async () => {
  dynamo.on(PutItemCommand).rejects(named("ConditionalCheckFailedException"));
  const holder = { runId: "old", executionArn: "arn:old", takenAt: "2026-03-01T09:00:00.000Z" };
  dynamo.on(GetItemCommand).resolves({ Item: toAttributes(holder) });
  sfn.on(DescribeExecutionCommand).resolves({ status: "RUNNING" });
  await expect(invoke(handler, event())).rejects.toThrow(LeaseHeldError);
  expect(s3.calls()).toHaveLength(0);
  expect(sns.calls()).toHaveLength(0);
});

it("takes the lease over from a dead run, on condition that it still is that run's", async () => {
  const holder = { runId: "old", executionArn: "arn:old", takenAt: "2026-03-01T09:00:00.000Z" };
  dynamo.on(PutItemCommand).rejectsOnce(named("ConditionalCheckFailedException")).resolves({});
  dynamo.on(GetItemCommand).resolves({ Item: toAttributes(holder) });
  sfn.on(DescribeExecutionCommand).rejects(named("ExecutionDoesNotExist"));
  codebuild.on(ListBuildsForProjectCommand).resolves({ ids: [] });
  codebuild.on(BatchGetBuildsCommand).resolves({ builds: [] });
  await invoke(handler, event());
  const second = dynamo.commandCalls(PutItemCommand)[1]!.args[0].input;
  expect(second.ConditionExpression).toBe("executionArn = :holder");
  expect(second.ExpressionAttributeValues).toEqual({ ":holder": { S: "arn:old" } });
  // The plan's and the apply's project of every layer.
  expect(codebuild.commandCalls(ListBuildsForProjectCommand)).toHaveLength(2 * LAYERS.length);
});
