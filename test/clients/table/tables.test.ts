import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { fromAttributes, toAttributes } from "../../../lib/clients/table/attributes.ts";
import { connectTable } from "../../../lib/clients/table/connection.ts";
import { leaseTable } from "../../../lib/clients/table/lease.ts";
import { noticeTable } from "../../../lib/clients/table/notices.ts";
import { proofTable } from "../../../lib/clients/table/proofs.ts";
import { runTable } from "../../../lib/clients/table/runs.ts";
import { DependencyUnavailableError } from "../../../lib/run/errors.ts";
import { sampleRun } from "../../run/samples.ts";

const dynamo = mockClient(DynamoDBClient);
beforeEach(() => dynamo.reset());
const connection = connectTable("strata", "demo", new DynamoDBClient({ region: "eu-west-1" }));
const refused = Object.assign(new Error("no"), { name: "ConditionalCheckFailedException" });
const lease = { runId: "run-1", executionArn: "arn:1", takenAt: "2026-03-01T10:00:00.000Z" };

it("keeps plain data as attributes and gets it back", () => {
  const value = { a: "x", n: 1.5, yes: true, none: null, list: [{ b: [] }], left: undefined };
  const { left: _left, ...kept } = value;
  expect(fromAttributes(toAttributes(value))).toEqual(kept);
  expect(() => toAttributes({ f: () => 1 })).toThrow(TypeError);
});

describe("the lease", () => {
  it("is taken when it is free, or when this very execution has it already", async () => {
    dynamo.on(PutItemCommand).resolves({});
    await expect(leaseTable(connection).take(lease)).resolves.toBe("taken");
    const { ConditionExpression, ExpressionAttributeValues, Item } =
      dynamo.commandCalls(PutItemCommand)[0]!.args[0].input;
    expect(ConditionExpression).toBe("attribute_not_exists(pk) OR executionArn = :holder");
    expect(ExpressionAttributeValues).toEqual({ ":holder": { S: "arn:1" } });
    expect(Item).toMatchObject({ pk: { S: "environment#demo" }, sk: { S: "lease" }, runId: { S: "run-1" } });
  });

  it("says who holds it otherwise, by a consistent read", async () => {
    dynamo.on(PutItemCommand).rejects(refused);
    dynamo.on(GetItemCommand).resolves({ Item: toAttributes({ ...lease, runId: "old" }) });
    await expect(leaseTable(connection).take(lease)).resolves.toMatchObject({ runId: "old" });
    expect(dynamo.commandCalls(GetItemCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
  });

  it("is tried again when it was freed in between", async () => {
    dynamo.on(PutItemCommand).rejects(refused);
    dynamo.on(GetItemCommand).resolves({});
    await expect(leaseTable(connection).take(lease)).rejects.toThrow(DependencyUnavailableError);
  });

  it("is freed only by the run that holds it", async () => {
    dynamo.on(DeleteItemCommand).resolvesOnce({}).rejects(refused);
    await expect(leaseTable(connection).free("run-1")).resolves.toBe(true);
    await expect(leaseTable(connection).free("run-1")).resolves.toBe(false);
    expect(dynamo.commandCalls(DeleteItemCommand)[0]?.args[0].input.ConditionExpression).toBe(
      "runId = :runId",
    );
  });
});

describe("a run's record", () => {
  const runs = runTable(connection);

  it("is created once; a repeated preparation changes nothing", async () => {
    dynamo.on(PutItemCommand).rejects(refused);
    await expect(runs.create({ runId: "run-1", run: sampleRun(), outcomes: {} }, 1)).resolves.toBeUndefined();
  });

  it("comes back as it was written", async () => {
    const record = { runId: "run-1", run: sampleRun(), outcomes: {} };
    dynamo.on(GetItemCommand).resolves({ Item: toAttributes({ ...record, pk: "x", sk: "y", expiresAt: 1 }) });
    await expect(runs.read("run-1")).resolves.toEqual(record);
  });

  it("takes an outcome under its layer's name, so that a repetition replaces it", async () => {
    dynamo.on(UpdateItemCommand).resolves({});
    await runs.saveOutcomes("run-1", [{ layer: "platform-step02", result: "proven" }]);
    expect(dynamo.commandCalls(UpdateItemCommand)[0]?.args[0].input).toMatchObject({
      UpdateExpression: "SET outcomes.#layer = :outcome",
      ExpressionAttributeNames: { "#layer": "platform-step02" },
    });
  });

  it.each([
    [undefined, "claimed"],
    ["sent", "sent"],
    ["claimed", "busy"],
  ])("whose notification is %s answers a claim with %s", async (state, answer) => {
    if (state === undefined) dynamo.on(UpdateItemCommand).resolves({});
    else dynamo.on(UpdateItemCommand).rejects(refused);
    dynamo.on(GetItemCommand).resolves({ Item: toAttributes({ notification: state ?? "" }) });
    await expect(runs.claimNotification("run-1", "now", "before")).resolves.toBe(answer);
  });
});

it("gives a notice once", async () => {
  dynamo.on(PutItemCommand).resolvesOnce({}).rejects(refused);
  const notices = noticeTable(connection);
  await expect(notices.claim("run-1", "delegation-needed", "now", 1)).resolves.toBe(true);
  await expect(notices.claim("run-1", "delegation-needed", "now", 1)).resolves.toBe(false);
});

describe("proofs", () => {
  const proof = {
    proof: "prove" as const,
    executionArn: "arn:aws:states:eu-west-1:111122223333:execution:demo-prove:one",
    startedAt: "2026-03-01T10:00:00.000Z",
    endedAt: "2026-03-01T10:01:00.000Z",
    result: "passed" as const,
    summary: "all well",
    evidenceKey: "checks/prove/one/proof.json",
  };
  const keys = () => dynamo.commandCalls(PutItemCommand).map(({ args }) => args[0].input.Item?.sk?.S);

  it("are kept for an execution once, whoever writes first", async () => {
    dynamo.on(PutItemCommand).rejects(refused);
    await expect(proofTable(connection).create({ proof }, 1)).resolves.toBe(false);
    expect(keys()).toEqual(["check#prove#one"]);
    expect(dynamo.commandCalls(PutItemCommand)[0]!.args[0].input.ConditionExpression).toBe(
      "attribute_not_exists(pk)",
    );
  });

  it("that passed are the last and the last that passed, unless a later execution has written", async () => {
    dynamo.on(PutItemCommand).rejects(refused);
    await proofTable(connection).saveLast(proof);
    expect(keys()).toEqual(["proof#prove", "proof-passed#prove"]);
    for (const { args } of dynamo.commandCalls(PutItemCommand))
      expect(args[0].input.ConditionExpression).toBe("attribute_not_exists(pk) OR startedAt <= :startedAt");
  });

  it("of a rehearsal are also those of its disaster", async () => {
    dynamo.on(PutItemCommand).resolves({});
    const proofs = proofTable(connection);
    await proofs.saveLast({ ...proof, proof: "rehearse-recovery", scenario: "region" });
    expect(keys()).toEqual([
      "proof#rehearse-recovery",
      "proof-passed#rehearse-recovery",
      "proof#rehearse-recovery#region",
      "proof-passed#rehearse-recovery#region",
    ]);
    dynamo.on(GetItemCommand).resolves({});
    await expect(proofs.last("rehearse-recovery", "region")).resolves.toBeUndefined();
    expect(dynamo.commandCalls(GetItemCommand)[0]!.args[0].input.Key?.sk?.S).toBe(
      "proof#rehearse-recovery#region",
    );
  });

  it("that failed are the last only", async () => {
    dynamo.on(PutItemCommand).resolves({});
    await proofTable(connection).saveLast({ ...proof, result: "failed" });
    expect(keys()).toEqual(["proof#prove"]);
  });

  it("come back as they were written", async () => {
    dynamo.on(GetItemCommand).resolves({ Item: toAttributes({ ...proof, pk: "a", sk: "b" }) });
    await expect(proofTable(connection).last("prove")).resolves.toEqual(proof);
  });
});
