import { GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { AgesPorts } from "../../ages/publish-ages.ts";
import type { ProofTable } from "../../run/ports.ts";
import { type CheckClosing, CheckClosingSchema, type Proof, ProofSchema } from "../../run/proof.ts";
import { fromAttributes, toAttributes } from "./attributes.ts";
import { claimNotification, markNotificationSent, releaseNotification } from "./claims.ts";
import { keyOf, type TableConnection } from "./connection.ts";
import { ifCondition } from "./lease.ts";

const executionName = (executionArn: string): string => executionArn.split(":").at(-1) ?? executionArn;

/** What ages are counted from. */
export function passedProofs({ dynamo, table, environment }: TableConnection): AgesPorts["proofs"] {
  return {
    async allPassed() {
      // One item a name: they fit one page.
      const { Items = [] } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :passed)",
          ExpressionAttributeValues: {
            ":pk": { S: `environment#${environment}` },
            ":passed": { S: "proof-passed#" },
          },
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => ProofSchema.parse(fromAttributes(item)));
    },
  };
}

/** Proofs: the last of each name, the last that passed, and how each execution of a check closed. */
export function proofTable(connection: TableConnection): ProofTable {
  const { dynamo, table } = connection;
  const pk = `environment#${connection.environment}`;
  const keyFor = ({ proof, executionArn }: Pick<Proof, "proof" | "executionArn">) =>
    keyOf(pk, `check#${proof}#${executionName(executionArn)}`);
  const read = async (sk: string): Promise<Proof | undefined> => {
    const { Item } = await dynamo.send(
      new GetItemCommand({ TableName: table, Key: keyOf(pk, sk), ConsistentRead: true }),
    );
    return Item && ProofSchema.parse(fromAttributes(Item));
  };
  /** An older execution that ends later must not hide a newer one. */
  const saveAt = (sk: string, proof: Proof) =>
    ifCondition(
      dynamo.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...keyOf(pk, sk), ...toAttributes(proof) },
          ConditionExpression: "attribute_not_exists(pk) OR startedAt <= :startedAt",
          ExpressionAttributeValues: { ":startedAt": { S: proof.startedAt } },
        }),
      ),
    );
  return {
    create: (closing, expiresAt) =>
      ifCondition(
        dynamo.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...keyFor(closing.proof), ...toAttributes({ ...closing, expiresAt }) },
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        ),
      ),
    async ofExecution(execution): Promise<CheckClosing | undefined> {
      const { Item } = await dynamo.send(
        new GetItemCommand({ TableName: table, Key: keyFor(execution), ConsistentRead: true }),
      );
      return Item && (CheckClosingSchema.parse(fromAttributes(Item)) as CheckClosing);
    },
    async saveLast(proof) {
      await saveAt(`proof#${proof.proof}`, proof);
      if (proof.result === "passed") await saveAt(`proof-passed#${proof.proof}`, proof);
    },
    last: (name) => read(`proof#${name}`),
    lastPassed: (name) => read(`proof-passed#${name}`),
    claimNotification: (proof, now, stale) => claimNotification(connection, keyFor(proof), now, stale),
    releaseNotification: (proof) => releaseNotification(connection, keyFor(proof)),
    markNotificationSent: (proof, now) => markNotificationSent(connection, keyFor(proof), now),
  };
}
