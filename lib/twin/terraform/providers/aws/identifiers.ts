import { createHash } from "node:crypto";
import type { World } from "../../../world/world.ts";
import { type Attributes, UNKNOWN, type Value } from "../../contract.ts";

const stable = (value: Value | undefined): string => {
  if (value === UNKNOWN || value === null || value === undefined) return "-";
  if (Array.isArray(value)) return `[${value.map(stable).sort().join()}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${key}:${stable(value[key])}`)
    .join()}}`;
};

/**
 * Identifiers follow from what is created and from how often the like was created before, not from a sequence:
 * terraform creates independent resources in whatever order its threads come, and the world's record must not
 * depend on that.
 */
export class Mint {
  readonly #digest: (part: string) => Buffer;

  constructor(world: World, type: string, planned: Attributes) {
    const key = createHash("sha256")
      .update(`${world.seed} ${type} ${stable(planned)}`)
      .digest("hex");
    const generations = world.collection<number>("aws.minted");
    const generation = generations.get(key) ?? 0;
    generations.set(key, generation + 1);
    this.#digest = (part) => createHash("sha512").update(`${key} ${generation} ${part}`).digest();
  }

  /** Lower-case hexadecimal digits, the same for the same part; 128 at most. */
  hex(length: number, part = ""): string {
    return this.#digest(part).toString("hex").slice(0, length);
  }

  /** Upper-case letters and digits, as in IAM's and Route 53's identifiers; 64 at most. */
  letters(length: number, part = ""): string {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    return [...this.#digest(part)]
      .map((byte) => alphabet[byte % 32])
      .join("")
      .slice(0, length);
  }

  number(below: number, part = ""): number {
    return this.#digest(part).readUInt32BE(0) % below;
  }

  /** An EC2 identifier: prefix and 17 digits. */
  ec2(prefix: string, part = ""): string {
    return `${prefix}-0${this.hex(16, `${prefix}${part}`)}`;
  }

  uuid(part = ""): string {
    const digits = this.hex(32, `uuid${part}`);
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
  }
}
