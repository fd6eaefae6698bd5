import { isObject } from "./asl/contract.ts";
import {
  AWS_COLLECTIONS,
  type HttpRouteRecord,
  type RuleRecord,
  type SubscriptionRecord,
} from "./aws/collections.ts";
import type { Json, World } from "./world/world.ts";

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** Names of the functions whose ARNs stand in a document. */
const functionsIn = (document: Json): string[] =>
  [...JSON.stringify(document).matchAll(/:function:([^:"]+)/g)].map(([, name]) => name ?? "");

/** State machines that stand in a document. */
const machinesIn = (document: Json): string[] =>
  [...JSON.stringify(document).matchAll(/"(arn:[^"]+:stateMachine:[^"]+)"/g)].map(([, arn]) => arn ?? "");

/** What each state of a machine, or of a part of one, calls, as far as it is reached where nothing fails. */
function callsOf(machine: Json | undefined): string[] {
  if (!isObject(machine) || !isObject(machine.States)) return [];
  const states = machine.States;
  const reached = new Set<Json | undefined>([machine.StartAt]);
  // What is added while the set is gone through has its turn, too.
  for (const name of reached) {
    const state = states[String(name)];
    if (!isObject(state)) continue;
    for (const next of [state, ...listOf(state.Choices).filter(isObject)])
      if (next.Next !== undefined) reached.add(next.Next);
    if (state.Default !== undefined) reached.add(state.Default);
  }
  return [...reached].flatMap((name) => {
    const state = states[String(name)];
    if (!isObject(state)) return [];
    const { Branches, ItemProcessor, Catch: _, ...own } = state;
    return [...functionsIn(own), ...[...listOf(Branches), ItemProcessor].flatMap(callsOf)];
  });
}

/** Functions that events, topics and the HTTP API call while the machine goes on; other machines' ends are not in it. */
function reacting(world: World, stateMachineArn: string): string[] {
  const of = <T>(name: string): T[] => world.collection<T>(name).values();
  const told = of<RuleRecord>(AWS_COLLECTIONS.rules).filter(({ eventPattern = null }) => {
    const machines = machinesIn(eventPattern);
    return eventPattern !== null && (machines.length === 0 || machines.includes(stateMachineArn));
  });
  return functionsIn([
    of<SubscriptionRecord>(AWS_COLLECTIONS.subscriptions).map(({ endpoint }) => endpoint),
    told.map(({ targets }) => targets),
    of<HttpRouteRecord>(AWS_COLLECTIONS.httpRoutes).map(({ functionArn }) => functionArn),
  ] as Json);
}

/**
 * Functions that a run of a machine will call unless something fails, about in the order of their first calls.
 * @param reactsTo the machine's ARN where others react to what happens to it
 */
export function expectedFunctions(world: World, definition: Json, reactsTo?: string): string[] {
  const [first, ...others] = callsOf(definition);
  const between = reactsTo === undefined ? [] : reacting(world, reactsTo);
  return [...new Set([...(first === undefined ? [] : [first]), ...between, ...others])];
}
