/** What AWS itself would refuse in the structure of a definition, checked one object at a time. */
import type { Json } from "../world/world.ts";
import { isObject, type JsonObject } from "./contract.ts";
import type { QueryLanguage, State, StateType } from "./definition.ts";
import { DefinitionError } from "./errors.ts";

/** Throws for fields outside `known`: an ignored field would be a silent difference from AWS. */
export function onlyFields(object: JsonObject, known: readonly string[], location: string): void {
  for (const name of Object.keys(object))
    if (!known.includes(name)) throw new DefinitionError(`${location}/${name}`, "unknown field");
}

export function languageOf(
  value: Json | undefined,
  inherited: QueryLanguage,
  location: string,
): QueryLanguage {
  if (value === undefined) return inherited;
  if (value !== "JSONata" && value !== "JSONPath")
    throw new DefinitionError(location, `unknown QueryLanguage '${String(value)}'`);
  if (inherited === "JSONata" && value === "JSONPath")
    throw new DefinitionError(location, "a JSONPath state in a JSONata definition");
  return value;
}

/** Names that a machine's states assign, on their way out or in a catcher or choice. */
export function assignedNames(states: JsonObject): Set<string> {
  const names = new Set<string>();
  const collect = (assign: Json | undefined): void => {
    if (isObject(assign)) for (const name of Object.keys(assign)) names.add(name.replace(/\.\$$/, ""));
  };
  for (const state of Object.values(states)) {
    if (!isObject(state)) continue;
    collect(state.Assign);
    for (const part of [state.Catch, state.Choices].flat()) if (isObject(part)) collect(part.Assign);
  }
  return names;
}

export function checkAssignments(
  own: ReadonlySet<string>,
  outer: ReadonlySet<string>,
  location: string,
): void {
  for (const name of own) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,79}$/.test(name) || name === "states")
      throw new DefinitionError(location, `'${name}' is no variable name`);
    if (outer.has(name))
      throw new DefinitionError(location, `outer variable $${name} assigned in an inner scope`);
  }
}

function targetsOf(state: State): Json[] {
  const choices = Array.isArray(state.fields.Choices) ? state.fields.Choices : [];
  const targets = [state.next, state.fields.Default, ...state.catch.map((catcher) => catcher.next)];
  for (const choice of choices) targets.push(isObject(choice) ? choice.Next : undefined);
  return targets.filter((target): target is Json => target !== undefined);
}

export function checkTransitions(states: ReadonlyMap<string, State>, location: string): void {
  for (const state of states.values())
    for (const target of targetsOf(state))
      if (typeof target !== "string" || !states.has(target))
        throw new DefinitionError(`${location}/States/${state.name}`, `no state named '${String(target)}'`);
}

export function checkEnd(value: JsonObject, type: StateType, location: string): void {
  const hasNext = typeof value.Next === "string";
  const ends = value.End === true;
  const neither = type === "Choice" || type === "Succeed" || type === "Fail";
  if (neither ? hasNext || ends : hasNext === ends)
    throw new DefinitionError(
      location,
      neither ? `${type} takes no Next or End` : "needs either Next or End",
    );
}

export function checkChoices(choices: Json | undefined, type: StateType, location: string): void {
  if (type !== "Choice") return;
  if (!Array.isArray(choices) || choices.length === 0)
    throw new DefinitionError(`${location}/Choices`, "a Choice needs choices");
  for (const [index, choice] of choices.entries()) {
    const at = `${location}/Choices[${index}]`;
    if (!isObject(choice) || choice.Condition === undefined || typeof choice.Next !== "string")
      throw new DefinitionError(at, "a choice needs a Condition and a Next");
    onlyFields(choice, ["Comment", "Condition", "Next", "Assign", "Output"], at);
  }
}
