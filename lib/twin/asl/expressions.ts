import type { Json } from "../world/world.ts";
import { DefinitionError } from "./errors.ts";
import { compile, expressionOf, isExpression } from "./evaluate.ts";
import { KNOWN_FUNCTIONS } from "./functions.ts";

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly procedure?: Node;
  readonly condition?: Node;
  readonly then?: Node;
  readonly lhs?: unknown;
  readonly arguments?: readonly Node[];
}

/** Every node of a parsed expression; its shape varies by node type, so all properties are walked. */
function nodesOf(value: unknown, found: Node[] = []): Node[] {
  if (typeof value !== "object" || value === null || value instanceof RegExp) return found;
  if (!Array.isArray(value)) found.push(value as Node);
  for (const child of Object.values(value)) nodesOf(child, found);
  return found;
}

/** Variables that the expression itself binds: `$f := …` and the parameters of `function($x){…}`. */
function ownVariables(nodes: readonly Node[]): Set<unknown> {
  const own = new Set<unknown>();
  for (const node of nodes) {
    if (node.type === "bind") own.add((node.lhs as Node | undefined)?.value);
    if (node.type === "lambda") for (const parameter of node.arguments ?? []) own.add(parameter.value);
  }
  return own;
}

/** Refuses a function that neither JSONata nor Step Functions knows: at run time it would fail with T1006. */
function refuseUnknownFunctions(nodes: readonly Node[], source: string, location: string): void {
  const own = ownVariables(nodes);
  for (const { type, procedure } of nodes) {
    if ((type !== "function" && type !== "partial") || procedure?.type !== "variable") continue;
    const name = String(procedure.value);
    if (!own.has(name) && !KNOWN_FUNCTIONS.has(name))
      throw new DefinitionError(location, `unknown function $${name} in '${source}'`);
  }
}

/**
 * Refuses `??` and `?:`, which came with JSONata 2.1: Step Functions runs 2.0.6 and would not take the definition.
 * The parser writes both as a condition: the one over an `$exists` that stands nowhere in the text, the other
 * over a copy of its own first branch.
 */
function refuseNewerOperators(nodes: readonly Node[], source: string, location: string): void {
  for (const { type, condition, then } of nodes) {
    if (type !== "condition" || !condition) continue;
    const { procedure } = condition;
    const coalesces = procedure?.value === "exists" && procedure.position === undefined;
    if (coalesces || JSON.stringify(condition) === JSON.stringify(then))
      throw new DefinitionError(location, `an operator of JSONata 2.1 in '${source}'`);
  }
}

/** Parses every expression in a field, so that none fails for its syntax in the middle of an execution. */
export function checkExpressions(template: Json, location: string, allowUnknownFunctions: boolean): void {
  if (typeof template === "string") {
    if (!isExpression(template)) return;
    const source = expressionOf(template);
    let tree: unknown;
    try {
      tree = compile(source).ast();
    } catch (thrown) {
      throw new DefinitionError(location, `'${source}' is no JSONata: ${(thrown as Error).message}`);
    }
    const nodes = nodesOf(tree);
    refuseNewerOperators(nodes, source, location);
    if (!allowUnknownFunctions) refuseUnknownFunctions(nodes, source, location);
    return;
  }
  if (typeof template !== "object" || template === null) return;
  for (const [key, item] of Object.entries(template))
    checkExpressions(item, `${location}/${key}`, allowUnknownFunctions);
}
