import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AWS_COLLECTIONS, type TableRecord } from "../../../lib/twin/aws/collections.ts";
import type { AwsServer } from "../../../lib/twin/aws/contract.ts";
import { serve } from "../../../lib/twin/aws/serve.ts";
import { addFault } from "../../../lib/twin/world/faults.ts";
import { clientOptions, type Fixture, makeAws, makeRole } from "./fixture.ts";

const TableName = "records";
const tableArn = "arn:aws:dynamodb:eu-central-1:111122223333:table/records";
let twin: Fixture;
let server: AwsServer;
let db: DynamoDBClient;

beforeEach(async () => {
  twin = makeAws();
  twin.world.collection<TableRecord>(AWS_COLLECTIONS.tables).set(TableName, {
    name: TableName,
    arn: tableArn,
    partitionKey: "pk",
    sortKey: "sk",
    indexes: { byStatus: { partitionKey: "status", sortKey: "sk" } },
    tags: {},
  });
  server = await serve(twin.aws);
  db = new DynamoDBClient(clientOptions(twin.aws, server));
});
afterEach(async () => {
  db.destroy();
  await server.close();
});

const lease = { pk: { S: "environment#dev" }, sk: { S: "lease" } };
const item = (sk: string, more = {}) => ({ pk: { S: "environment#dev" }, sk: { S: sk }, ...more });
const get = async (Key = lease as Record<string, { S: string }>) =>
  (await db.send(new GetItemCommand({ TableName, Key }))).Item;

describe("conditional writes", () => {
  const take = (runId: string) =>
    db.send(
      new PutItemCommand({
        TableName,
        Item: { ...lease, runId: { S: runId } },
        ConditionExpression: "attribute_not_exists(pk) OR runId = :me",
        ExpressionAttributeValues: { ":me": { S: runId } },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );

  it("gives a lease to one of two, and says who holds it", async () => {
    await take("one");
    await take("one");
    await expect(take("two")).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
      message: "The conditional request failed",
      Item: { runId: { S: "one" } },
    });
    expect(await get()).toEqual({ ...lease, runId: { S: "one" } });
  });

  it("frees a lease for its holder only", async () => {
    await take("one");
    const free = (runId: string) =>
      db.send(
        new DeleteItemCommand({
          TableName,
          Key: lease,
          ConditionExpression: "runId = :me",
          ExpressionAttributeValues: { ":me": { S: runId } },
          ReturnValues: "ALL_OLD",
        }),
      );
    await expect(free("two")).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    expect((await free("one")).Attributes).toMatchObject({ runId: { S: "one" } });
    expect(await get()).toBeUndefined();
  });

  it.each([
    ["size(tags) = :two AND contains(tags, :a)", true],
    ["begins_with(sk, :le) AND NOT attribute_exists(gone)", true],
    ["#c BETWEEN :one AND :two", false],
    ["#c IN (:one, :three)", true],
    ["attribute_type(tags, :ss) AND (#c > :two OR #c < :one)", true],
    ["nested.steps[1] = :two", true],
    ["nested.absent <> :two", true],
  ])("decides %s as DynamoDB does", async (ConditionExpression, expected) => {
    const Item = {
      ...lease,
      tags: { SS: ["a", "b"] },
      count: { N: "3" },
      nested: { M: { steps: { L: [{ N: "1" }, { N: "2" }] } } },
    };
    await db.send(new PutItemCommand({ TableName, Item }));
    const all = {
      ":a": { S: "a" },
      ":le": { S: "le" },
      ":ss": { S: "SS" },
      ":one": { N: "1" },
      ":two": { N: "2" },
      ":three": { N: "3.0" },
    };
    const used = Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(ConditionExpression));
    const put = db.send(
      new PutItemCommand({
        TableName,
        Item,
        ConditionExpression,
        ExpressionAttributeValues: used.length ? Object.fromEntries(used) : undefined,
        ExpressionAttributeNames: ConditionExpression.includes("#c") ? { "#c": "count" } : undefined,
      }),
    );
    if (expected) await put;
    else await expect(put).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
  });
});

describe("expressions that AWS refuses", () => {
  const put = (ConditionExpression: string, values?: Record<string, { S: string }>) =>
    db.send(
      new PutItemCommand({ TableName, Item: lease, ConditionExpression, ExpressionAttributeValues: values }),
    );
  it.each([
    ["attribute_exists(status)", undefined, "reserved keyword: status"],
    ["attribute_exists(pk)", { ":x": { S: "x" } }, "unused in expressions"],
    ["pk = :x", undefined, "attribute value: :x"],
    ["pk = ", undefined, "Syntax error"],
    ["exists(pk)", undefined, "Invalid function name"],
  ])("rejects %s", async (expression, values, message) => {
    await expect(put(expression, values as never)).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(message),
    });
  });
});

describe("updates", () => {
  it("sets, adds and removes, reading the item as it was", async () => {
    await db.send(
      new PutItemCommand({
        TableName,
        Item: item("run#1", { a: { N: "1" }, notes: { L: [{ S: "x" }] }, gone: { S: "o" } }),
      }),
    );
    const { Attributes } = await db.send(
      new UpdateItemCommand({
        TableName,
        Key: item("run#1"),
        UpdateExpression:
          "SET #b = a + :one, a = :nine, notes = list_append(notes, :more), made = if_not_exists(made, :one) REMOVE gone ADD hits :one",
        ExpressionAttributeNames: { "#b": "b" },
        ExpressionAttributeValues: { ":one": { N: "1" }, ":nine": { N: "9" }, ":more": { L: [{ S: "y" }] } },
        ReturnValues: "ALL_NEW",
      }),
    );
    expect(Attributes).toEqual(
      item("run#1", {
        a: { N: "9" },
        b: { N: "2" },
        notes: { L: [{ S: "x" }, { S: "y" }] },
        made: { N: "1" },
        hits: { N: "1" },
      }),
    );
  });

  it("makes the item when there is none, and returns what it changed", async () => {
    const { Attributes } = await db.send(
      new UpdateItemCommand({
        TableName,
        Key: item("run#2"),
        UpdateExpression: "SET #s = :s",
        ExpressionAttributeNames: { "#s": "status" },
        ExpressionAttributeValues: { ":s": { S: "RUNNING" } },
        ReturnValues: "UPDATED_NEW",
      }),
    );
    expect(Attributes).toEqual({ status: { S: "RUNNING" } });
  });

  it("changes nothing when the condition fails, even if the update itself could not be computed", async () => {
    const update = db.send(
      new UpdateItemCommand({
        TableName,
        Key: item("none"),
        UpdateExpression: "SET a = a + :one",
        ConditionExpression: "attribute_exists(pk)",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      }),
    );
    await expect(update).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    expect(await get(item("none"))).toBeUndefined();
  });

  it("refuses to change a key", async () => {
    await expect(
      db.send(
        new UpdateItemCommand({
          TableName,
          Key: item("run#3"),
          UpdateExpression: "SET sk = :x",
          ExpressionAttributeValues: { ":x": { S: "x" } },
        }),
      ),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("queries", () => {
  beforeEach(async () => {
    for (const number of ["1", "2", "3"])
      await db.send(
        new PutItemCommand({
          TableName,
          Item: item(`run#${number}`, {
            status: { S: number === "2" ? "FAILED" : "SUCCEEDED" },
            n: { N: number },
          }),
        }),
      );
    await db.send(new PutItemCommand({ TableName, Item: item("layer#app") }));
  });
  const names = (result: { Items?: Record<string, { S?: string }>[] | undefined }) =>
    result.Items?.map(({ sk }) => sk?.S);

  it("orders by the sort key, filters after the limit, and goes on where it stopped", async () => {
    const input = {
      TableName,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :run)",
      ExpressionAttributeValues: { ":pk": { S: "environment#dev" }, ":run": { S: "run#" } },
      ScanIndexForward: false,
      Limit: 2,
    };
    const first = await db.send(new QueryCommand(input));
    expect(names(first as never)).toEqual(["run#3", "run#2"]);
    const second = await db.send(new QueryCommand({ ...input, ExclusiveStartKey: first.LastEvaluatedKey }));
    expect(names(second as never)).toEqual(["run#1"]);
    const filtered = await db.send(
      new QueryCommand({
        ...input,
        FilterExpression: "#s = :failed",
        ProjectionExpression: "sk, n",
        ExpressionAttributeNames: { "#s": "status" },
        ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ":failed": { S: "FAILED" } },
      }),
    );
    expect(filtered.Items).toEqual([{ sk: { S: "run#2" }, n: { N: "2" } }]);
    expect(filtered.ScannedCount).toBe(2);
  });

  it("asks an index", async () => {
    const result = await db.send(
      new QueryCommand({
        TableName,
        IndexName: "byStatus",
        KeyConditionExpression: "#s = :s",
        ExpressionAttributeNames: { "#s": "status" },
        ExpressionAttributeValues: { ":s": { S: "SUCCEEDED" } },
      }),
    );
    expect(names(result as never)).toEqual(["run#1", "run#3"]);
  });

  it("rejects a key condition without the partition key", async () => {
    await expect(
      db.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "sk = :sk",
          ExpressionAttributeValues: { ":sk": { S: "lease" } },
        }),
      ),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("transactions", () => {
  it("writes all or nothing and says which condition failed", async () => {
    const transact = (expected: string) =>
      db.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: item("run#9") } },
            {
              Update: {
                TableName,
                Key: lease,
                UpdateExpression: "SET runId = :new",
                ConditionExpression: "runId = :old OR attribute_not_exists(runId)",
                ExpressionAttributeValues: { ":new": { S: "one" }, ":old": { S: expected } },
              },
            },
          ],
        }),
      );
    await transact("none");
    await db.send(new DeleteItemCommand({ TableName, Key: item("run#9") }));
    await expect(transact("other")).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed" }],
    });
    expect(await get(item("run#9"))).toBeUndefined();
  });
});

it("grants only the partitions that a policy names", async () => {
  const role = makeRole(twin.world, "worker", [
    {
      Effect: "Allow",
      Action: "dynamodb:GetItem",
      Resource: tableArn,
      Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["environment#dev"] } },
    },
  ]);
  const worker = new DynamoDBClient(clientOptions(twin.aws, server, role));
  await worker.send(new GetItemCommand({ TableName, Key: lease }));
  const other = { pk: { S: "environment#prod" }, sk: { S: "lease" } };
  await expect(worker.send(new GetItemCommand({ TableName, Key: other }))).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: `User: arn:aws:sts::111122223333:assumed-role/worker/test is not authorized to perform: dynamodb:GetItem on resource: ${tableArn} because no identity-based policy allows the dynamodb:GetItem action`,
  });
});

it("throttles in process and over HTTP alike", async () => {
  addFault(twin.world, { kind: "aws-throttle", service: "dynamodb", remaining: 2 });
  await expect(get()).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
  await expect(
    twin.aws.call({ roleArn: "arn:aws:iam::111122223333:root", sessionName: "s" }, "dynamodb", "GetItem", {
      TableName,
      Key: lease,
    }),
  ).rejects.toMatchObject({ code: "ProvisionedThroughputExceededException" });
  expect(await get()).toBeUndefined();
});
