import * as fc from "fast-check";

export interface Node {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** Any acyclic catalogue: a layer depends on some of those before it. */
export const acyclic: fc.Arbitrary<Node[]> = fc
  .integer({ min: 1, max: 9 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, index) => fc.subarray(Array.from({ length: index }, (_, i) => i))),
    ),
  )
  .map((edges) =>
    edges.map((dependencies, index) => ({
      name: `layer-${index}`,
      dependsOn: dependencies.map((dependency) => `layer-${dependency}`),
    })),
  );

type Shape = "leaf" | { readonly kind: "series" | "parallel"; readonly parts: readonly Shape[] };

const { shape } = fc.letrec<{ shape: Shape; inner: Shape }>((tie) => ({
  shape: fc.oneof({ maxDepth: 3, depthSize: "small" }, fc.constant<Shape>("leaf"), tie("inner")),
  inner: fc.record({
    kind: fc.constantFrom("series" as const, "parallel" as const),
    parts: fc.array(tie("shape"), { minLength: 2, maxLength: 3 }),
  }),
}));

/** A catalogue whose graph is series-parallel by construction: every part of a series follows all before it. */
export const seriesParallel: fc.Arbitrary<Node[]> = shape.map((root) => {
  const nodes: Node[] = [];
  const build = (part: Shape, after: readonly string[]): string[] => {
    if (part === "leaf") {
      nodes.push({ name: `layer-${nodes.length}`, dependsOn: after });
      return [nodes[nodes.length - 1]!.name];
    }
    if (part.kind === "parallel") return part.parts.flatMap((each) => build(each, after));
    return part.parts.reduce<readonly string[]>((before, each) => build(each, before), after) as string[];
  };
  build(root, []);
  return nodes;
});
