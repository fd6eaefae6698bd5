import type { Aws, Principal } from "../aws/contract.ts";
import { strikes } from "./faults.ts";
import type { Json, World } from "./world.ts";

export interface OperatorOptions {
  readonly world: World;
  readonly aws: Aws;
  /** The person's own identity: not the one that asked for the run. */
  readonly principal: Principal;
  /** Asked when it is needed: a saved world may hold an answer that is due, before its table is known. */
  tableName(): string;
  /** Publishes name servers at the registrar. */
  delegate(zone: string, nameServers: readonly string[]): void;
  readonly answersAfterMilliseconds: number;
  readonly delegatesAfterMilliseconds: number;
}

/** A message as the operator's mailbox gets it. */
interface Mail {
  readonly message: string;
  readonly messageAttributes: Record<string, string>;
}

/**
 * A scripted person who reads the mails that need one: approves plans, and delegates the zone.
 * Fault `delegation-not-published`: the registrar takes the name servers and never publishes them.
 */
export function startOperator(options: OperatorOptions): (mail: Mail) => void {
  const { world } = options;
  world.on<{ runId: string; layer: string }>(
    "operator.approves",
    (request) => void approve(options, request),
  );
  world.on<{ zone: string; nameServers: string[] }>("operator.delegates", ({ zone, nameServers }) => {
    if (strikes(world, "delegation-not-published", () => true) === undefined)
      options.delegate(zone, nameServers);
  });
  return ({ message, messageAttributes }) => {
    if (messageAttributes.event === "approval-needed")
      world.schedule(options.answersAfterMilliseconds, "operator.approves", {
        runId: messageAttributes.runId ?? "",
        layer: /approval of layer (\S+)/.exec(message)?.[1] ?? "",
      });
    if (messageAttributes.event === "delegation-needed")
      world.schedule(options.delegatesAfterMilliseconds, "operator.delegates", readDelegation(message));
  };
}

/** The records stand in the mail one a line, as a zone file writes them: `<zone>. NS <server>.` */
function readDelegation(message: string): { zone: string; nameServers: string[] } {
  const records = [...message.matchAll(/^\s+(\S+)\. NS (\S+)\.$/gm)];
  return { zone: records[0]?.[1] ?? "", nameServers: records.map(([, , server]) => server ?? "") };
}

/** Approves what the request says: its digest and its token are in the table, as the API would find them. */
async function approve(options: OperatorOptions, request: { runId: string; layer: string }): Promise<void> {
  const { aws, principal, tableName } = options;
  const key: Json = { pk: { S: `run#${request.runId}` }, sk: { S: `approval#${request.layer}` } };
  const answer = (await aws.call(principal, "dynamodb", "GetItem", { TableName: tableName(), Key: key })) as {
    Item?: { taskToken?: { S: string }; digest?: { S: string } };
  };
  const taskToken = answer.Item?.taskToken?.S;
  if (taskToken === undefined) return;
  const output = { approved: true, digest: answer.Item?.digest?.S ?? "", approver: principal.sessionName };
  await aws.call(principal, "states", "SendTaskSuccess", { taskToken, output: JSON.stringify(output) });
}
