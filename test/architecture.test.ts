import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");

const sources = ["bin", "lib", "lambdas"].flatMap((top) =>
  readdirSync(join(ROOT, top), { recursive: true, encoding: "utf8" })
    .map((file) => join(top, file))
    .filter((file) => file.endsWith(".ts")),
);

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Relative imports as paths from the root, others as they are written. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s+)?[^;]*?\bfrom\s+"([^"]+)"|^import\s+()"([^"]+)"/gm,
  );
  return [...statements].map(([, typeOnly, from, , bare]) => {
    const target = from ?? bare ?? "";
    const to = target.startsWith(".") ? normalize(join(dirname(file), target)) : target;
    return { from: file, to, typeOnly: typeOnly !== undefined };
  });
}

const imports = sources.flatMap(importsOf);

/** [who, may not import what]: the arrows of the house, pointing inward. */
const FORBIDDEN: readonly (readonly [string, RegExp, RegExp])[] = [
  [
    "the twin never knows constructs, stacks, gates, reviews or handlers",
    /^lib\/twin\//,
    /^(lib\/(constructs|stacks|gates|review|cli|clients|notifications)\/|lambdas\/)/,
  ],
  [
    "a handler never imports constructs, stacks, the twin or the command line",
    /^lambdas\//,
    /^lib\/(constructs|stacks|twin|cli)\//,
  ],
  ["a handler never imports another handler", /^lambdas\/[^/]+\//, /^lambdas\/[^/]+\/handler/],
  [
    "constructs and stacks refer to handlers by path only, and never to the twin",
    /^lib\/(constructs|stacks)\//,
    /^(lambdas\/|lib\/(twin|cli|gates\/[^/]+\/(observe|judge)|clients)(\/|\.))/,
  ],
  [
    "capabilities never import constructs, stacks, the twin or the command line",
    /^lib\/(catalogue|run|gates|prove|drift|review|clients|notifications|report|configuration|permissions)\//,
    /^lib\/(constructs|stacks|twin|cli)\//,
  ],
];

const PURE = /^lib\/(catalogue|run|review)\/|^lib\/gates\/[^/]+\/(judge|expectation)\.ts$/;

describe("the house", () => {
  it.each(FORBIDDEN)("%s", (_, who, what) => {
    expect(imports.filter(({ from, to }) => who.test(from) && what.test(to))).toEqual([]);
  });

  it("keeps pure files free of SDKs, Node's modules and network clients", () => {
    const impure = (to: string): boolean =>
      to.startsWith("@aws-sdk/") ||
      to.startsWith("@smithy/") ||
      to.startsWith("lib/clients/") ||
      // Hashing is arithmetic: the same input gives the same output.
      (to !== "node:crypto" && builtinModules.includes(to.replace(/^node:/, "")));
    expect(imports.filter(({ from, to, typeOnly }) => PURE.test(from) && !typeOnly && impure(to))).toEqual(
      [],
    );
  });

  it("keeps pure files free of the clock, chance and the environment", () => {
    const reads = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b/;
    expect(
      sources.filter((file) => PURE.test(file) && reads.test(readFileSync(join(ROOT, file), "utf8"))),
    ).toEqual([]);
  });

  it("has no other top-level folder than those it names", () => {
    const allowed = [
      "bin",
      "lib",
      "lambdas",
      "buildspecs",
      "terraform",
      "test",
      "docs",
      "node_modules",
      "cdk.out",
    ];
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name);
    expect(folders.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  it("has no file whose name says nothing", () => {
    expect(
      sources.filter((file) => /(^|\/)(utils?|helpers?|commons?|misc|managers?)(\.|\/)/.test(file)),
    ).toEqual([]);
  });

  it("would notice a forbidden arrow (the rules themselves are tried)", () => {
    const [, twin, judges] = FORBIDDEN[0]!;
    expect(twin.test("lib/twin/world/world.ts") && judges.test("lib/gates/eks/judge.ts")).toBe(true);
  });
});
