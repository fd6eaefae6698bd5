import type { Json } from "../../world/world.ts";

/** What intrinsic functions may ask of the stack. */
export interface TemplateScope {
  /** `Ref` of a parameter, pseudo parameter or resource. */
  ref(name: string): Json | undefined;
  attribute(logicalId: string, name: string): Json;
  condition(name: string): boolean;
  readonly region: string;
}

type JsonObject = { [key: string]: Json };
type Intrinsic = (argument: Json, scope: TemplateScope) => Json | undefined;

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const list = (value: Json | undefined): Json[] => {
  if (Array.isArray(value)) return value;
  throw new Error(`an intrinsic function got ${JSON.stringify(value)} instead of a list`);
};

const text = (value: Json | undefined): string => {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  throw new Error(`an intrinsic function got ${JSON.stringify(value)} instead of text`);
};

function getAtt(argument: Json, scope: TemplateScope): Json {
  const [logicalId = "", ...name] = Array.isArray(argument) ? argument.map(text) : text(argument).split(".");
  return scope.attribute(logicalId, name.join("."));
}

function sub(argument: Json, scope: TemplateScope): Json {
  const [template, given] = Array.isArray(argument) ? argument : [argument, {}];
  const values = resolve(given ?? {}, scope);
  return text(template).replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
    if (literal === "!") return `\${${name}}`;
    if (isJsonObject(values) && values[name] !== undefined) return text(values[name]);
    if (!name.includes(".")) return text(scope.ref(name));
    return whole === "" ? "" : text(getAtt(name, scope));
  });
}

const isTrue = (value: Json, scope: TemplateScope): boolean => {
  if (isJsonObject(value) && typeof value.Condition === "string") return scope.condition(value.Condition);
  return resolve(value, scope) === true;
};

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => scope.ref(text(argument)),
  "Fn::GetAtt": getAtt,
  "Fn::Join": (argument, scope) => {
    const [separator, parts] = list(argument);
    return list(resolve(parts ?? [], scope))
      .map(text)
      .join(text(separator));
  },
  "Fn::Sub": sub,
  "Fn::Select": (argument, scope) => {
    const [index, from] = list(argument);
    const chosen = list(resolve(from ?? [], scope))[Number(resolve(index ?? 0, scope))];
    if (chosen === undefined) throw new Error(`Fn::Select finds nothing: ${JSON.stringify(argument)}`);
    return chosen;
  },
  "Fn::Split": (argument, scope) => {
    const [separator, whole] = list(argument);
    return text(resolve(whole ?? "", scope)).split(text(separator));
  },
  "Fn::GetAZs": (_, scope) => ["a", "b", "c"].map((zone) => `${scope.region}${zone}`),
  "Fn::Base64": (argument, scope) => Buffer.from(text(resolve(argument, scope))).toString("base64"),
  "Fn::If": (argument, scope) => {
    const [name, then, otherwise] = list(argument);
    return resolve((scope.condition(text(name)) ? then : otherwise) ?? null, scope);
  },
  "Fn::Equals": (argument, scope) => {
    const [a, b] = list(argument).map((side) => resolve(side, scope));
    return JSON.stringify(a) === JSON.stringify(b);
  },
  "Fn::Not": (argument, scope) => !list(argument).every((condition) => isTrue(condition, scope)),
  "Fn::And": (argument, scope) => list(argument).every((condition) => isTrue(condition, scope)),
  "Fn::Or": (argument, scope) => list(argument).some((condition) => isTrue(condition, scope)),
};

/**
 * Replaces intrinsic functions by what they mean; undefined is AWS::NoValue, whose member is left out.
 * @throws for a function not known here: a guess would deploy something else than CloudFormation does.
 */
export function resolve(value: Json, scope: TemplateScope): Json | undefined {
  if (Array.isArray(value)) return value.flatMap((one) => resolveElement(one, scope));
  if (!isJsonObject(value)) return value;
  const [name, ...others] = Object.keys(value);
  if (name !== undefined && others.length === 0 && (name === "Ref" || name.startsWith("Fn::"))) {
    const intrinsic = INTRINSICS[name];
    if (!intrinsic) throw new Error(`the intrinsic function ${name} is not modelled`);
    return intrinsic(value[name] ?? null, scope);
  }
  const resolved: JsonObject = {};
  for (const [member, inner] of Object.entries(value)) {
    const made = resolve(inner, scope);
    if (made !== undefined) resolved[member] = made;
  }
  return resolved;
}

/** A list within a list stays one: `flatMap` would take it apart. */
function resolveElement(value: Json, scope: TemplateScope): Json[] {
  const resolved = resolve(value, scope);
  return resolved === undefined ? [] : [resolved];
}
