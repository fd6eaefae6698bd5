/** Reads a message's fields one after another. @see https://protobuf.dev/programming-guides/encoding/ */
export class ProtobufReader {
  readonly #body: Buffer;
  #offset = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#body.length;
  }

  /** A signed integer of 64 bits; throws RangeError past the end of the body. */
  varint(): number {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = this.#body[this.#offset++];
      if (byte === undefined || shift > 63n) throw new RangeError("a number does not end");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
      shift += 7n;
    }
  }

  /** The bytes of a field that is no varint; throws RangeError if they are not all there. */
  bytes(wire: number): Buffer {
    if (wire !== 1 && wire !== 2 && wire !== 5) throw new RangeError(`wire type ${wire} is not known`);
    const length = wire === 2 ? this.varint() : wire === 1 ? 8 : 4;
    const from = this.#offset;
    if (length < 0 || from + length > this.#body.length) throw new RangeError("a field does not end");
    this.#offset += length;
    return this.#body.subarray(from, from + length);
  }
}

/** One field: its number, and its number or bytes. */
export interface RawField {
  readonly number: number;
  readonly value: number | Buffer;
}

export function* rawFields(body: Buffer): Generator<RawField> {
  const reader = new ProtobufReader(body);
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const wire = tag & 7;
    yield { number: tag >>> 3, value: wire === 0 ? reader.varint() : reader.bytes(wire) };
  }
}
