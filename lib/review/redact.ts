/**
 * What a change does to a resource's attributes, without secrets. Terraform says which values are sensitive, and
 * a value that is sensitive anywhere in the plan is hidden everywhere, so that a copy in a plain attribute (a
 * template, a script) does not show it. No guessing by names or patterns.
 */
import type { PlanJson, ResourceChange } from "./plan-json.ts";

export const HIDDEN = "(sensitive)";
export const NOT_KNOWN = "(known after apply)";
/** Enough to recognise a value; whole documents belong into the plan itself. */
const LIMIT = 200;
/** Shorter texts ("true", "eu") stand in too many places by chance to mean the secret there. */
const TAINT_LENGTH = 6;

export interface AttributeChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Every text that is marked sensitive somewhere in the plan. */
export function sensitiveTexts(plan: PlanJson): string[] {
  const found = new Set<string>();
  for (const { change } of plan.resource_changes) {
    collect(change.before, change.before_sensitive, found);
    collect(change.after, change.after_sensitive, found);
  }
  // The longest first, so that a secret inside a longer secret does not leave the rest of it readable.
  return [...found].sort((a, b) => b.length - a.length);
}

/** Attributes that differ, by path. A sensitive attribute is listed as changed, with neither value. */
export function attributeChanges(resource: ResourceChange, secrets: readonly string[]): AttributeChange[] {
  const { before, after, before_sensitive, after_sensitive, after_unknown } = resource.change;
  const old = leaves(before, before_sensitive, undefined);
  const planned = leaves(after, after_sensitive, after_unknown);
  const changes: AttributeChange[] = [];
  for (const path of new Set([...old.keys(), ...planned.keys()])) {
    const [was, is] = [old.get(path), planned.get(path)];
    if (was?.text === is?.text && was?.hidden === is?.hidden) continue;
    // Once sensitive on either side, neither side is shown: the old value may still be the secret.
    const hidden = was?.hidden || is?.hidden;
    const show = (leaf: Leaf | undefined) =>
      leaf === undefined
        ? ""
        : hidden && leaf.text !== NOT_KNOWN
          ? HIDDEN
          : shorten(taint(leaf.text, secrets));
    changes.push({ path: taint(path, secrets), before: show(was), after: show(is) });
  }
  return changes;
}

/** The text with every known secret replaced. */
export const taint = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((result, secret) => result.replaceAll(secret, HIDDEN), text);

const shorten = (text: string): string => (text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1)}…`);

interface Leaf {
  readonly text: string;
  readonly hidden: boolean;
}

function leaves(value: unknown, sensitive: unknown, unknown: unknown): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  const visit = (part: unknown, hide: unknown, later: unknown, path: string): void => {
    const leaf = leafOf(part, hide, later);
    if (leaf) found.set(path, leaf);
    if (leaf || !(isNested(part) || isNested(later))) return;
    for (const name of memberNames(part, later))
      visit(member(part, name), member(hide, name), member(later, name), path ? `${path}.${name}` : name);
  };
  visit(value, sensitive, unknown, "");
  return found;
}

/** Undefined: nothing is there, or there are members to look at. */
function leafOf(part: unknown, hide: unknown, later: unknown): Leaf | undefined {
  const hidden = hide === true;
  if (later === true) return { text: NOT_KNOWN, hidden };
  if (hidden) return { text: JSON.stringify(part) ?? "", hidden };
  if (isNested(part) || isNested(later) || part === null || part === undefined) return undefined;
  return { text: JSON.stringify(part), hidden };
}

function collect(value: unknown, sensitive: unknown, found: Set<string>): void {
  if (sensitive === true) addTexts(value, found);
  else if (isNested(value) && isNested(sensitive))
    for (const name of Object.keys(value)) collect(member(value, name), member(sensitive, name), found);
}

/** A multi-line secret shows up as JSON text too, with its line breaks escaped. */
function addTexts(value: unknown, found: Set<string>): void {
  if (isNested(value)) for (const part of Object.values(value)) addTexts(part, found);
  else if (typeof value === "string" && value.length >= TAINT_LENGTH) {
    found.add(value);
    found.add(JSON.stringify(value).slice(1, -1));
  }
}

const isNested = (value: unknown): value is object => typeof value === "object" && value !== null;
const member = (value: unknown, name: string): unknown =>
  isNested(value) ? (value as Record<string, unknown>)[name] : undefined;
const memberNames = (a: unknown, b: unknown): Set<string> =>
  new Set([...(isNested(a) ? Object.keys(a) : []), ...(isNested(b) ? Object.keys(b) : [])]);
