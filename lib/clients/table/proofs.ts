import { GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { AgesPorts } from "../../ages/publish-ages.ts";
import type { ProofTable } from "../../run/ports.ts";
import {
  type CheckClosing,
  CheckClosingSchema,
  type Proof,
  type ProofName,
  ProofSchema,
} from "../../run/proof.ts";
import { fromAttributes, toAttributes } from "./attributes.ts";
import { claimNotification, markNotificationSent, releaseNotification } from "./claims.ts";
import { keyOf, type TableConnection } from "./connection.ts";
import { ifCondition } from "./lease.ts";

const executionName = (executionArn: string): string => executionArn.split(":").at(-1) ?? executionArn;

/** What ages are counted from. */
export function passedProofs(connection: TableConnection): AgesPorts["proofs"] {
  const { dynamo, table, environment } = connection;
  const { saveLast } = proofTable(connection);
  return {
    saveLast,
    async allPassed() {
      // One item a name, and one a rehearsed disaster: they fit one page.
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

const nameOf = (name: ProofName, scenario?: string): string =>
  scenario === undefined ? name : `${name}#${scenario}`;

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
      for (const name of [
        nameOf(proof.proof),
        ...(proof.scenario ? [nameOf(proof.proof, proof.scenario)] : []),
      ]) {
        await saveAt(`proof#${name}`, proof);
        if (proof.result === "passed") await saveAt(`proof-passed#${name}`, proof);
      }
    },
    last: (name, scenario) => read(`proof#${nameOf(name, scenario)}`),
    lastPassed: (name) => read(`proof-passed#${name}`),
    claimNotification: (proof, now, stale) => claimNotification(connection, keyFor(proof), now, stale),
    releaseNotification: (proof) => releaseNotification(connection, keyFor(proof)),
    markNotificationSent: (proof, now) => markNotificationSent(connection, keyFor(proof), now),
  };
}
