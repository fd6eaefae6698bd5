import { addressOf, type TouchedObject } from "./cluster-objects.ts";
import type { DriftMemory } from "./drifted.ts";

/** A change of an object, as the cluster's audit log tells it. */
export interface AuditedWrite {
  readonly at: string;
  readonly verb: string;
  /** Undefined: the object itself. */
  readonly subresource: string | undefined;
  /** ARN of the IAM identity, or the user's name in the cluster. */
  readonly who: string;
  /** HTTP status of the answer. */
  readonly code: number;
}

export interface AuditLog {
  /** "off": the cluster sends no logs anywhere. */
  writesTo(
    object: { readonly resource: string; readonly namespace: string; readonly name: string },
    from: Date,
    until: Date,
  ): Promise<readonly AuditedWrite[] | "off">;
}

/** Who did it, or why that is not known. */
export type Person = { readonly who: string } | { readonly unknown: string };

/** managedFields are dated to the second, by the same clock; a slow request is audited some seconds later. */
const AROUND_MILLISECONDS = 60_000;
/** Each is a search through two minutes of a log; a scan that finds more names the rest next time. */
const QUESTIONS = 20;

/**
 * Who touched these objects: managedFields know the tool and the time, the audit log knows who called with which
 * identity. What was named before is not asked again.
 */
export async function namePersons(
  objects: readonly TouchedObject[],
  memory: readonly DriftMemory[],
  log: AuditLog,
): Promise<Map<TouchedObject, Person>> {
  const persons = new Map<TouchedObject, Person>();
  for (const object of objects.filter((each) => !isNamed(each, memory))) {
    const asked = persons.size < QUESTIONS;
    persons.set(object, asked ? await personOf(object, log) : { unknown: "asked by the next scan" });
  }
  return persons;
}

const isNamed = (object: TouchedObject, memory: readonly DriftMemory[]): boolean =>
  memory.some(
    ({ address, attribution }) =>
      address === addressOf(object) &&
      attribution?.nameless !== true &&
      Date.parse(attribution?.at ?? "") === Date.parse(object.at),
  );

async function personOf(object: TouchedObject, log: AuditLog): Promise<Person> {
  const { kind, namespace, name } = object;
  const at = Date.parse(object.at);
  const [from, until] = [at - AROUND_MILLISECONDS, at + AROUND_MILLISECONDS].map((time) => new Date(time));
  try {
    // Every kind that is looked at has the regular plural.
    const about = { resource: `${kind.toLowerCase()}s`, namespace, name };
    const writes = await log.writesTo(about, from ?? new Date(at), until ?? new Date(at));
    if (writes === "off") return { unknown: "the cluster keeps no audit log" };
    const who = nearest(writes, at)?.who;
    return who === undefined ? { unknown: "the audit log does not say who, or not yet" } : { who };
  } catch (error) {
    return {
      unknown: `the audit log could not be read: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** The nearest in time that succeeded; the cluster's own accounts have no hands. */
function nearest(writes: readonly AuditedWrite[], at: number): AuditedWrite | undefined {
  const distance = (write: AuditedWrite): number => Math.abs(Date.parse(write.at) - at);
  return writes
    .filter(({ verb }) => verb === "create" || verb === "update" || verb === "patch")
    .filter(({ code, who }) => code < 300 && !who.startsWith("system:"))
    .filter(({ subresource = "scale" }) => subresource === "scale")
    .sort((one, other) => distance(one) - distance(other))[0];
}
