/** The fields that states share, in both query languages: what goes in, what comes out, what is assigned. */
import type { Json } from "../world/world.ts";
import { isObject, type JsonObject } from "./contract.ts";
import { place, resolve, resolveTemplate } from "./json-path/path.ts";
import type { Step, Visit } from "./visit.ts";

/** Input of a JSONPath state after InputPath. */
export function pathInput(visit: Visit): Json {
  const { InputPath = "$" } = visit.state.fields;
  if (InputPath === null) return {};
  return visit.paths(() => resolve(String(InputPath), "InputPath", visit.pathScope()));
}

/** What the state hands to its task, branches or iterations. */
export async function argumentsOf(visit: Visit): Promise<Json> {
  const { fields, language } = visit.state;
  if (language === "JSONata")
    return fields.Arguments === undefined ? visit.input : visit.evaluate(fields.Arguments, "Arguments");
  const input = pathInput(visit);
  const { Parameters } = fields;
  if (Parameters === undefined) return input;
  return visit.paths(() => resolveTemplate(Parameters, "Parameters", visit.pathScope(input)));
}

async function assignments(
  visit: Visit,
  fields: JsonObject,
  pathResult: Json,
): Promise<JsonObject | undefined> {
  const { Assign } = fields;
  if (Assign === undefined) return undefined;
  const values =
    visit.state.language === "JSONata"
      ? await visit.evaluate(Assign, "Assign")
      : visit.paths(() => resolveTemplate(Assign, "Assign", visit.pathScope(pathResult)));
  return isObject(values) ? values : undefined;
}

function pathOutput(visit: Visit, result: Json, fields: JsonObject): Json {
  const { ResultPath = "$", OutputPath = "$" } = fields;
  const placed = ResultPath === null ? visit.input : place(String(ResultPath), visit.input, result);
  if (OutputPath === null) return {};
  return visit.paths(() => resolve(String(OutputPath), "OutputPath", visit.pathScope(placed)));
}

/**
 * Ends the visit: Assign and Output see the variables as they were on the way in.
 * `fields` are those of the state, or of the catcher or choice that decided where to go.
 */
export async function leave(
  visit: Visit,
  fallback: Json,
  next: string | undefined,
  fields: JsonObject = visit.state.fields,
): Promise<Step> {
  const assigned = await assignments(visit, fields, fallback);
  if (visit.state.language === "JSONPath") {
    const output = pathOutput(visit, fallback, fields);
    visit.exit(output, assigned);
    return { output, next };
  }
  const output = fields.Output === undefined ? fallback : await visit.evaluate(fields.Output, "Output");
  visit.exit(output, assigned);
  return { output, next };
}

/** The state's result, after ResultSelector in JSONPath mode. */
export function selectResult(visit: Visit, result: Json): Json {
  const { ResultSelector } = visit.state.fields;
  if (visit.state.language === "JSONata" || ResultSelector === undefined) return result;
  return visit.paths(() => resolveTemplate(ResultSelector, "ResultSelector", visit.pathScope(result)));
}

/** A field that is a number or an expression for one. */
export async function numberOf(visit: Visit, name: string): Promise<number | undefined> {
  const template = visit.state.fields[name];
  if (template === undefined) return undefined;
  return visit.state.language === "JSONata"
    ? visit.evaluateAs<number>(template, name, "number")
    : Number(template);
}
