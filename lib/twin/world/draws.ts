import { createHash } from "node:crypto";

/**
 * Random numbers that belong to one subject at one instant: the same whatever else was drawn before, so that
 * things that happen side by side (terraform's threads, builds) get the same identifiers in every run.
 */
export class Draws {
  readonly #text: string;
  #block = 0;
  #digits = "";

  constructor(text: string) {
    this.#text = text;
  }

  /** Lower-case hexadecimal digits. */
  hex(length: number): string {
    while (this.#digits.length < length)
      this.#digits += createHash("sha256")
        .update(`${this.#text}\0${this.#block++}`)
        .digest("hex");
    const drawn = this.#digits.slice(0, length);
    this.#digits = this.#digits.slice(length);
    return drawn;
  }

  /** In [0, 1). */
  random(): number {
    return Number.parseInt(this.hex(8), 16) / 4_294_967_296;
  }

  /** Of version 4. */
  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`;
  }
}
