import { describe, expect, it } from "vitest";
import { defineLayers, type LayerDefinition } from "../../lib/catalogue/define-layers.ts";

const layer = (directory: string, ...dependsOn: string[]): LayerDefinition => ({
  directory,
  purpose: "test",
  dependsOn,
  applyTimeoutMinutes: 1,
  applyTimeoutReason: "test",
  kubernetes: false,
  stateful: false,
  protects: [],
  gates: [],
});

describe("the layer catalogue", () => {
  it("names a layer after its directory and puts dependencies first", () => {
    const catalogue = defineLayers([layer("app/web", "base"), layer("base")]);
    expect(catalogue.layers.map(({ name }) => name)).toEqual(["base", "app-web"]);
    expect(catalogue.layer("app-web").directory).toBe("app/web");
  });

  it.each([
    ["two of one name", [layer("a/b"), layer("a-b")], /"a-b" is defined twice/],
    ["a dependency nobody defines", [layer("a", "b")], /"a" depends on "b", which is not defined/],
    ["a circle, naming it", [layer("a", "c"), layer("b", "a"), layer("c", "b")], /a → c → b → a/],
    ["a layer that depends on itself", [layer("a", "a")], /a → a/],
    [
      "an address with an index among what it retains",
      [{ ...layer("a"), retains: { because: "test", resources: ['aws_s3_bucket.a["b"]'] } }],
      /without index, such as aws_s3_bucket\.backups/,
    ],
    ["a bad directory", [layer("Platform/Step 2")], /use lower-case letters/],
  ])("rejects %s", (_, definitions, message) => {
    expect(() => defineLayers(definitions)).toThrow(message);
  });

  it("rejects the question for a layer that is not there, naming those that are", () => {
    expect(() => defineLayers([layer("a")]).layer("x")).toThrow(/no layer "x"; there are: a/);
  });
});
