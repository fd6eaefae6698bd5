import { ConfigurationError } from "../run/errors.ts";
import type { Catalogue, Gate } from "./define-layers.ts";

/** What may stand between the internet and the applications. @see docs/edge.md */
export const EDGES = ["nginx", "envoy", "alb"] as const;
export type Edge = (typeof EDGES)[number];

/**
 * The catalogue for an environment with this edge: a gate that says what it expects `withEdge` expects that, where
 * the edge is named, and otherwise what it says itself.
 * @throws ConfigurationError (not retryable) if what it expects instead is of another kind: records tell gates by kind
 */
export function catalogueFor({ layers: all }: Catalogue, edge: Edge): Catalogue {
  const layers = all.map((layer) => ({
    ...layer,
    gates: layer.gates.map((gate) => gateFor(gate, edge, layer.name)),
  }));
  return {
    layers,
    layer(name) {
      const layer = layers.find((one) => one.name === name);
      if (!layer)
        throw new ConfigurationError(
          `no layer "${name}"; there are: ${layers.map((one) => one.name).join(", ")}`,
        );
      return layer;
    },
  };
}

function gateFor({ withEdge, ...usual }: Gate, edge: Edge, layer: string): Gate {
  const instead = withEdge?.[edge];
  if (!instead) return usual;
  if (instead.kind !== usual.kind)
    throw new ConfigurationError(
      `layer "${layer}": gate ${usual.kind} is of the kind ${instead.kind} with edge ${edge}; it must be the same`,
    );
  return instead;
}
