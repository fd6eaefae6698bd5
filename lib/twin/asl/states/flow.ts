/** The states that only move data or decide: Pass, Choice, Succeed, Fail. */
import type { Json } from "../../world/world.ts";
import { isObject } from "../contract.ts";
import { StatesError } from "../errors.ts";
import { argumentsOf, leave, pathInput } from "../fields.ts";
import { holds } from "../json-path/choice.ts";
import { resolve } from "../json-path/path.ts";
import type { Step, Visit } from "../visit.ts";

export async function runPass(visit: Visit): Promise<Step> {
  const { language, fields, next } = visit.state;
  if (language === "JSONata") return leave(visit, visit.input, next);
  return leave(visit, fields.Result ?? (await argumentsOf(visit)), next);
}

export async function runSucceed(visit: Visit): Promise<Step> {
  const value = visit.state.language === "JSONata" ? visit.input : pathInput(visit);
  return leave(visit, value, undefined);
}

async function matches(visit: Visit, rule: Json, index: number): Promise<boolean> {
  if (!isObject(rule)) return false;
  if (visit.state.language === "JSONPath")
    return visit.paths(() => holds(rule, visit.pathScope(pathInput(visit))));
  return visit.evaluateAs<boolean>(rule.Condition ?? null, `Choices[${index}]/Condition`, "boolean");
}

/** The first rule that holds decides; its Assign and Output take the place of the state's own. */
export async function runChoice(visit: Visit): Promise<Step> {
  const { fields, language } = visit.state;
  const rules = Array.isArray(fields.Choices) ? fields.Choices : [];
  const value = language === "JSONata" ? visit.input : pathInput(visit);
  for (const [index, rule] of rules.entries())
    if (isObject(rule) && (await matches(visit, rule, index)))
      return leave(visit, value, String(rule.Next), { OutputPath: fields.OutputPath ?? "$", ...rule });
  if (typeof fields.Default === "string") return leave(visit, value, fields.Default);
  throw visit.failure(
    "States.NoChoiceMatched",
    "Failed to transition out of the state. The state does not point to a next state.",
  );
}

async function textOf(visit: Visit, name: "Error" | "Cause"): Promise<string | undefined> {
  const { fields, language } = visit.state;
  const template = fields[name];
  const path = fields[`${name}Path`];
  if (path !== undefined)
    return String(visit.paths(() => resolve(String(path), `${name}Path`, visit.pathScope())));
  if (template === undefined) return undefined;
  return language === "JSONata" ? visit.evaluateAs<string>(template, name, "string") : String(template);
}

export async function runFail(visit: Visit): Promise<never> {
  const error = await textOf(visit, "Error");
  const cause = await textOf(visit, "Cause");
  throw new StatesError(error, cause);
}
