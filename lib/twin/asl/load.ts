import type { Json } from "../world/world.ts";
import { isObject, type JsonObject } from "./contract.ts";
import {
  COMMON_FIELDS,
  FIELDS,
  type LoadOptions,
  type Machine,
  NESTED_FIELDS,
  type QueryLanguage,
  type State,
  type StateType,
} from "./definition.ts";
import { DefinitionError } from "./errors.ts";
import { checkExpressions } from "./expressions.ts";
import { checkPaths } from "./json-path/check.ts";
import { loadCatchers, loadRetriers } from "./load-handlers.ts";
import { parseResource } from "./resource.ts";

const MACHINE_FIELDS = ["Comment", "StartAt", "States", "QueryLanguage", "TimeoutSeconds", "Version"];
const PROCESSOR_FIELDS = [...MACHINE_FIELDS, "ProcessorConfig"];

interface Context {
  readonly options: LoadOptions;
  readonly language: QueryLanguage;
  /** Names seen in the whole definition: AWS wants them unique across all levels. */
  readonly names: Set<string>;
  /** Variables that the levels outside assign: inner levels may read but not assign them. */
  readonly outerVariables: ReadonlySet<string>;
}

/** Throws for fields outside `known`: an ignored field would be a silent difference from AWS. */
export function onlyFields(object: JsonObject, known: readonly string[], location: string): void {
  for (const name of Object.keys(object))
    if (!known.includes(name)) throw new DefinitionError(`${location}/${name}`, "unknown field");
}

function languageOf(value: Json | undefined, inherited: QueryLanguage, location: string): QueryLanguage {
  if (value === undefined) return inherited;
  if (value !== "JSONata" && value !== "JSONPath")
    throw new DefinitionError(location, `unknown QueryLanguage '${String(value)}'`);
  if (inherited === "JSONata" && value === "JSONPath")
    throw new DefinitionError(location, "a JSONPath state in a JSONata definition");
  return value;
}

/** Names that a machine's states assign, on their way out or in a catcher or choice. */
function assignedNames(states: JsonObject): Set<string> {
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

function checkAssignments(own: ReadonlySet<string>, outer: ReadonlySet<string>, location: string): void {
  for (const name of own) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,79}$/.test(name) || name === "states")
      throw new DefinitionError(location, `'${name}' is no variable name`);
    if (outer.has(name))
      throw new DefinitionError(location, `outer variable $${name} assigned in an inner scope`);
  }
}

function loadMachine(value: Json | undefined, location: string, context: Context, fields: string[]): Machine {
  if (!isObject(value)) throw new DefinitionError(location, "not a state machine");
  onlyFields(value, fields, location);
  const { StartAt, States, TimeoutSeconds } = value;
  if (!isObject(States) || typeof StartAt !== "string" || !(StartAt in States))
    throw new DefinitionError(`${location}/StartAt`, "StartAt names no state");
  if (TimeoutSeconds !== undefined && (typeof TimeoutSeconds !== "number" || TimeoutSeconds < 1))
    throw new DefinitionError(`${location}/TimeoutSeconds`, "not a positive number");
  const own = assignedNames(States);
  checkAssignments(own, context.outerVariables, location);
  const inner: Context = {
    ...context,
    language: languageOf(value.QueryLanguage, context.language, `${location}/QueryLanguage`),
    outerVariables: new Set([...context.outerVariables, ...own]),
  };
  const states = new Map<string, State>();
  for (const [name, state] of Object.entries(States))
    states.set(name, loadState(name, state, `${location}/States/${name}`, inner));
  checkTransitions(states, location);
  return {
    startAt: StartAt,
    states,
    ...(typeof TimeoutSeconds === "number" ? { timeoutSeconds: TimeoutSeconds } : {}),
  };
}

function targetsOf(state: State): Json[] {
  const choices = Array.isArray(state.fields.Choices) ? state.fields.Choices : [];
  const targets = [state.next, state.fields.Default, ...state.catch.map((catcher) => catcher.next)];
  for (const choice of choices) targets.push(isObject(choice) ? choice.Next : undefined);
  return targets.filter((target): target is Json => target !== undefined);
}

function checkTransitions(states: ReadonlyMap<string, State>, location: string): void {
  for (const state of states.values())
    for (const target of targetsOf(state))
      if (typeof target !== "string" || !states.has(target))
        throw new DefinitionError(`${location}/States/${state.name}`, `no state named '${String(target)}'`);
}

function checkEnd(value: JsonObject, type: StateType, location: string): void {
  const hasNext = typeof value.Next === "string";
  const ends = value.End === true;
  const neither = type === "Choice" || type === "Succeed" || type === "Fail";
  if (neither ? hasNext || ends : hasNext === ends)
    throw new DefinitionError(
      location,
      neither ? `${type} takes no Next or End` : "needs either Next or End",
    );
}

function loadState(name: string, value: Json, location: string, context: Context): State {
  if (!isObject(value)) throw new DefinitionError(location, "not a state");
  if (context.names.has(name)) throw new DefinitionError(location, "the name is taken by another state");
  context.names.add(name);
  const type = value.Type as StateType;
  if (typeof type !== "string" || !Object.hasOwn(FIELDS, type))
    throw new DefinitionError(`${location}/Type`, `unknown state type '${String(value.Type)}'`);
  const language = languageOf(value.QueryLanguage, context.language, `${location}/QueryLanguage`);
  onlyFields(value, [...COMMON_FIELDS, ...FIELDS[type].both, ...FIELDS[type][language]], location);
  checkEnd(value, type, location);
  const own = Object.entries(value).filter(([key]) => !NESTED_FIELDS.includes(key) && key !== "Comment");
  if (language === "JSONata") checkChoices(value.Choices, type, location);
  if (language === "JSONata")
    checkExpressions(Object.fromEntries(own), location, context.options.allowUnknownFunctions ?? false);
  else checkPaths(Object.fromEntries(own), type, location);
  return {
    name,
    type,
    language,
    fields: value,
    retry: loadRetriers(value.Retry, `${location}/Retry`),
    catch: loadCatchers(value.Catch, language, `${location}/Catch`),
    machines: loadNested(value, type, location, context),
    distributed: isDistributed(processorOf(value), location),
    ...(typeof value.Next === "string" ? { next: value.Next } : {}),
    ...(type === "Task" ? { resource: loadResource(value.Resource, location, context.options) } : {}),
  };
}

function checkChoices(choices: Json | undefined, type: StateType, location: string): void {
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

function loadResource(value: Json | undefined, location: string, options: LoadOptions) {
  if (typeof value !== "string") throw new DefinitionError(`${location}/Resource`, "a Task needs a Resource");
  const resource = options.resourceOf?.(value) ?? parseResource(value, `${location}/Resource`);
  options.accepts(resource);
  return resource;
}

const processorOf = (value: JsonObject): Json | undefined => value.ItemProcessor ?? value.Iterator;

function isDistributed(processor: Json | undefined, location: string): boolean {
  if (!isObject(processor) || processor.ProcessorConfig === undefined) return false;
  const config = processor.ProcessorConfig;
  const where = `${location}/ItemProcessor/ProcessorConfig`;
  if (!isObject(config)) throw new DefinitionError(where, "not an object");
  onlyFields(config, ["Mode", "ExecutionType"], where);
  const { Mode = "INLINE", ExecutionType } = config;
  if (Mode !== "INLINE" && Mode !== "DISTRIBUTED") throw new DefinitionError(where, "unknown Mode");
  if (Mode === "DISTRIBUTED" && ExecutionType !== "STANDARD" && ExecutionType !== "EXPRESS")
    throw new DefinitionError(where, "a distributed Map needs an ExecutionType");
  return Mode === "DISTRIBUTED";
}

function loadNested(value: JsonObject, type: StateType, location: string, context: Context): Machine[] {
  if (type === "Map") {
    // A distributed Map's children are executions of their own: nothing outside is in their scope.
    const scope = isDistributed(processorOf(value), location) ? new Set<string>() : context.outerVariables;
    const inner = { ...context, outerVariables: scope };
    return [loadMachine(processorOf(value), `${location}/ItemProcessor`, inner, PROCESSOR_FIELDS)];
  }
  if (type !== "Parallel") return [];
  if (!Array.isArray(value.Branches) || value.Branches.length === 0)
    throw new DefinitionError(`${location}/Branches`, "a Parallel needs branches");
  return value.Branches.map((branch, index) =>
    loadMachine(branch, `${location}/Branches[${index}]`, context, MACHINE_FIELDS),
  );
}

/** Checks a whole definition and throws DefinitionError for anything that would not run as on AWS. */
export function loadDefinition(definition: Json, options: LoadOptions): Machine {
  const context: Context = { options, language: "JSONPath", names: new Set(), outerVariables: new Set() };
  return loadMachine(definition, "", context, MACHINE_FIELDS);
}
