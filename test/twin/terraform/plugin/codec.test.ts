import { decode, ExtData, encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { type Attributes, UNKNOWN } from "../../../../lib/twin/terraform/contract.ts";
import { decodeValue, encodeValue, fromStateJson } from "../../../../lib/twin/terraform/plugin/codec.ts";
import type { CtyType } from "../../../../lib/twin/terraform/plugin/schema.ts";

const typed = (type: CtyType, value: unknown): unknown => [
  new TextEncoder().encode(JSON.stringify(type)),
  value,
];

describe("values on the wire", () => {
  it("reads both kinds of unknown values", () => {
    const type: CtyType = ["object", { plain: "string", refined: "string", known: "number" }];
    const bytes = encode({
      plain: new ExtData(0, new Uint8Array([0])),
      refined: new ExtData(12, encode(new Map([[1, false]]))),
      known: 3,
    });
    expect(decodeValue(bytes, type)).toEqual({ plain: UNKNOWN, refined: UNKNOWN, known: 3 });
  });

  it("gives unknown values back as extension type 0", () => {
    const raw = decode(encodeValue({ a: UNKNOWN }, ["object", { a: "string" }])) as { a: ExtData };
    expect(raw.a.type).toBe(0);
  });

  it("fills in what the type has and the value has not", () => {
    const bytes = encodeValue({ a: "x" }, ["object", { a: "string", b: ["list", "string"] }]);
    expect(decode(bytes)).toEqual({ a: "x", b: null });
  });

  it("reads a number that terraform wrote as text", () => {
    expect(decodeValue(encode("18446744073709551616"), "number")).toBe(2 ** 64);
  });

  it("gives a dynamic value back with the type that it came with", () => {
    const labels: CtyType = ["map", "string"];
    const manifest: CtyType = ["object", { kind: "string", labels, ports: ["list", "number"] }];
    const sent = typed(manifest, { kind: "Service", labels: { app: "a" }, ports: [80] });
    const decoded = decodeValue(encode({ manifest: sent }), [
      "object",
      { manifest: "dynamic" },
    ]) as Attributes;
    // Spreading makes a new object, whose own type is inferred; what is inside still has its type.
    const changed = { manifest: { ...(decoded.manifest as Attributes), extra: [1, "two", null] } };
    const [type] = (
      decode(encodeValue(changed, ["object", { manifest: "dynamic" }])) as { manifest: [Uint8Array] }
    ).manifest;
    expect(JSON.parse(new TextDecoder().decode(type))).toEqual([
      "object",
      {
        kind: "string",
        labels,
        ports: ["list", "number"],
        extra: ["tuple", ["number", "string", "dynamic"]],
      },
    ]);
  });

  it("keeps an unknown part inside a dynamic value", () => {
    const bytes = encodeValue({ manifest: { name: UNKNOWN } }, ["object", { manifest: "dynamic" }]);
    expect(decodeValue(bytes, ["object", { manifest: "dynamic" }])).toEqual({ manifest: { name: UNKNOWN } });
  });

  it("fails naming the attribute that does not fit its type", () => {
    const type: CtyType = ["object", { rules: ["list", ["object", { port: "number" }]] }];
    expect(() => encodeValue({ rules: [{ port: "80" }] }, type)).toThrow("rules[0].port: expected a number");
    expect(() => encodeValue({ rules: [], other: 1 }, type)).toThrow(
      "other: the schema has no such attribute",
    );
  });
});

describe("values in a state file", () => {
  it("drops what the schema no longer has and fills in what is new", () => {
    expect(fromStateJson({ old: 1, kept: "a" }, ["object", { kept: "string", fresh: "bool" }])).toEqual({
      kept: "a",
      fresh: null,
    });
  });

  it("reads a dynamic value with its type", () => {
    const json = { manifest: { value: { a: 1 }, type: ["object", { a: "number" }] } };
    expect(fromStateJson(json, ["object", { manifest: "dynamic" }])).toEqual({ manifest: { a: 1 } });
  });
});
