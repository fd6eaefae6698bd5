import type { FaultRecord } from "./records.ts";
import type { Json, World } from "./world.ts";

/** An object that the API server shows otherwise than it is, or shows though it is not there. */
export interface Lie {
  /** `<group>/<version>`, or a version of the core group. */
  readonly apiVersion: string;
  readonly objectKind: string;
  readonly namespace?: string;
  /** Ending in `*`: every object whose name begins so. */
  readonly name: string;
  /**
   * Merged into what is shown: null takes away, lists are replaced, and an object in place of a list changes the
   * members with these indices. A text `now-90s` or `now+90s` becomes the instant that far from the question.
   */
  readonly says?: { [field: string]: Json };
  /** Not shown at all. */
  readonly isHidden?: true;
  /** Shown though there is no such object; `says` is all of it. */
  readonly isInvented?: true;
}

export const toFault = (lie: Lie): FaultRecord => ({ ...lie, kind: "object-lies" });

export const liesOf = (faults: readonly FaultRecord[]): Lie[] =>
  faults.filter(({ kind }) => kind === "object-lies") as unknown as Lie[];

/** Clusters' controllers never see a lie: it changes what is answered, not what is. */
export const isAbout = (
  { namespace, name }: Lie,
  metadata: { readonly namespace?: string; readonly name: string },
): boolean =>
  (namespace === undefined || namespace === metadata.namespace) &&
  (name.endsWith("*") ? metadata.name.startsWith(name.slice(0, -1)) : name === metadata.name);

const INSTANT = /^now([+-]\d+)s$/;

/** A merge patch that also reaches into lists; `world` tells what time it is. */
export function believed(world: World, target: Json | undefined, says: Json): Json {
  if (typeof says === "string") return instantOf(world, says);
  if (typeof says !== "object" || says === null) return says;
  if (Array.isArray(says)) return says.map((item) => believed(world, undefined, item));
  if (Array.isArray(target))
    return target.map((item, index) => {
      const said = says[String(index)];
      return said === undefined ? item : believed(world, item, said);
    });
  const result: { [field: string]: Json } =
    typeof target === "object" && target !== null ? { ...target } : {};
  for (const [field, value] of Object.entries(says)) {
    if (value === null) delete result[field];
    else result[field] = believed(world, result[field], value);
  }
  return result;
}

function instantOf(world: World, text: string): string {
  const seconds = INSTANT.exec(text)?.[1];
  if (seconds === undefined) return text;
  const at = world.clock.now() + Number(seconds) * 1_000;
  return new Date(Math.floor(at / 1_000) * 1_000).toISOString().replace(".000Z", "Z");
}
