import type { Json } from "../world/world.ts";
import {
  assignedNames,
  checkAssignments,
  checkChoices,
  checkEnd,
  checkTransitions,
  languageOf,
  onlyFields,
} from "./check-structure.ts";
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
