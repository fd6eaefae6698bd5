import { strikes } from "./faults.ts";
import type { Json, World } from "./world.ts";

export interface OperatorOptions {
  readonly world: World;
  /** A request to the HTTP API in the person's own name: not that of who asked for the run. */
  api(method: "POST", path: string, body: Json): Promise<Json>;
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
  world.on<{ runId: string; layer: string; digest: string }>(
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
        digest: /^Digest: (\S+)$/m.exec(message)?.[1] ?? "",
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

/**
 * Approves what the mail names, by the API, as the mail says. Told that it is too early, the person tries again a little
 * later; any other refusal is to be forgotten.
 */
async function approve(
  options: OperatorOptions,
  { runId, layer, digest }: { runId: string; layer: string; digest: string },
): Promise<void> {
  const path = `/runs/${runId}/approvals/${layer}`;
  const answer = await options.api("POST", path, { decision: "approve", digest });
  if (JSON.stringify(answer).includes("urn:strata:problem:too-early"))
    options.world.schedule(2 * options.answersAfterMilliseconds, "operator.approves", {
      runId,
      layer,
      digest,
    });
}
