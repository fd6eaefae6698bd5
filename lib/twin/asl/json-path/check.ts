import type { Json } from "../../world/world.ts";
import { isObject, type JsonObject } from "../contract.ts";
import type { StateType } from "../definition.ts";
import { DefinitionError } from "../errors.ts";
import { checkRule } from "./choice.ts";
import { parsePath } from "./path.ts";

const PATH_FIELDS = [
  "InputPath",
  "OutputPath",
  "ItemsPath",
  "SecondsPath",
  "TimestampPath",
  "ErrorPath",
  "CausePath",
];
const TEMPLATE_FIELDS = ["Parameters", "ResultSelector", "Assign", "ItemSelector", "Credentials"];

function checkPath(value: Json, location: string): void {
  if (typeof value !== "string" || !parsePath(value))
    throw new DefinitionError(location, `unsupported path '${String(value)}'`);
}

function checkTemplate(template: Json, location: string): void {
  if (typeof template !== "object" || template === null) return;
  for (const [key, item] of Object.entries(template))
    if (key.endsWith(".$")) checkPath(item, `${location}/${key}`);
    else checkTemplate(item, `${location}/${key}`);
}

function checkResultPath(value: Json | undefined, location: string): void {
  if (value === undefined || value === null) return;
  const path = typeof value === "string" ? parsePath(value) : undefined;
  if (path?.root !== "$" || path.steps.some((step) => typeof step === "number"))
    throw new DefinitionError(location, `unsupported ResultPath '${String(value)}'`);
}

function checkCatchers(catchers: Json | undefined, location: string): void {
  for (const catcher of Array.isArray(catchers) ? catchers : []) {
    if (!isObject(catcher)) continue;
    checkTemplate(catcher.Assign ?? null, `${location}/Assign`);
    checkResultPath(catcher.ResultPath, `${location}/ResultPath`);
  }
}

function checkChoices(choices: Json | undefined, location: string): void {
  for (const [index, rule] of (Array.isArray(choices) ? choices : []).entries())
    checkRule(rule, true, `${location}[${index}]`);
}

/** Refuses, when a definition is loaded, every path that this interpreter could not follow later. */
export function checkPaths(fields: JsonObject, type: StateType, location: string): void {
  for (const name of PATH_FIELDS) {
    const value = fields[name];
    const nullable = name === "InputPath" || name === "OutputPath";
    if (value !== undefined && !(nullable && value === null)) checkPath(value, `${location}/${name}`);
  }
  for (const name of TEMPLATE_FIELDS) checkTemplate(fields[name] ?? null, `${location}/${name}`);
  checkResultPath(fields.ResultPath, `${location}/ResultPath`);
  checkCatchers(fields.Catch, `${location}/Catch`);
  if (type === "Choice") checkChoices(fields.Choices, `${location}/Choices`);
}
