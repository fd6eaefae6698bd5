import { fieldNumbersOf } from "./catalogue.ts";

/** Where a field stands in a type's message: in it, or in one that JSON does not show (`handler` of a probe). */
export interface NumberedField {
  readonly name: string;
  /** Go writes its zero always, so that zero means that it is not set. */
  readonly zeroIsAbsent: boolean;
}

export interface Message {
  readonly fields: ReadonlyMap<number, NumberedField>;
  /** Messages whose fields JSON shows as the type's own. */
  readonly embedded: ReadonlyMap<number, Message>;
}

interface Growing {
  readonly fields: Map<number, NumberedField>;
  readonly embedded: Map<number, Growing>;
}

const empty = (): Growing => ({ fields: new Map(), embedded: new Map() });

const kept = new Map<string, Message>();

/** @see lib/twin/recorded/kubernetes-types/README.md for how numbers are written */
export function messageOf(type: string): Message {
  const known = kept.get(type);
  if (known) return known;
  const message = empty();
  for (const entry of fieldNumbersOf(type).split(" ").filter(Boolean)) {
    const [, path = "", sign, name = ""] = /^([\d.]+)([=~])(.+)$/.exec(entry) ?? [];
    const numbers = path.split(".").map(Number);
    let home = message;
    for (const number of numbers.slice(0, -1)) {
      const inner = home.embedded.get(number) ?? empty();
      home.embedded.set(number, inner);
      home = inner;
    }
    home.fields.set(numbers.at(-1) ?? 0, { name, zeroIsAbsent: sign === "~" });
  }
  kept.set(type, message);
  return message;
}
