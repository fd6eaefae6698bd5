import type { ApiObject } from "../../api/api-object.ts";
import { LOGS } from "../../api/subresources.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapsAt } from "../engine/fields.ts";

/** One command of a script that only says something. */
const ECHO = /(?:^|[;&\n]|\bthen|\bdo|-c)\s*echo\s+(?:-[ne]+\s+)?("([^"]*)"|'([^']*)'|[^;&|\n]+)/g;

/**
 * What a pod's containers write: the texts that their scripts echo, in their order, and what the pod's end says.
 * Nothing is run: variables stay as they are written, and a branch that would not be taken speaks, too.
 */
export function writeOutput(pod: ApiObject, context: ReconcileContext, lastWords = ""): void {
  const said = mapsAt(pod, "spec", "containers").flatMap((container) => {
    const script = commandOf(container);
    return [...script.matchAll(ECHO)].map(
      ([, whole = "", double, single]) => double ?? single ?? whole.trim(),
    );
  });
  const lines = [...said, ...(lastWords === "" ? [] : [lastWords])];
  if (lines.length === 0) return;
  const { namespace, name } = pod.metadata;
  const key = `${context.client.cluster}/${namespace}/${name}`;
  context.world.collection<string>(LOGS).set(key, `${lines.join("\n")}\n`);
}

/** A container's command and arguments as one text. */
export const commandOf = (container: Fields | undefined): string =>
  [container?.command, container?.args]
    .flat()
    .filter((word) => word !== undefined)
    .map(String)
    .join(" ");

/** Logs go with their pod. */
export function forgetOutput(
  reference: { namespace?: string | null | undefined; name: string },
  context: ReconcileContext,
): void {
  context.world
    .collection<string>(LOGS)
    .delete(`${context.client.cluster}/${reference.namespace ?? "-"}/${reference.name}`);
}
