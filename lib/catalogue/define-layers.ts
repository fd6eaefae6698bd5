import { ConfigurationError } from "../run/errors.ts";
import type { Edge } from "./edges.ts";

/**
 * A gate of a layer: which question kind is asked (`lib/gates/<kind>/`), by which validator (the Lambda
 * `validate-…`), and for how long it may say "not yet". What else it holds is the kind's expectation.
 */
export interface Gate {
  readonly kind: string;
  /** How long the gate may wait, counted from its first look. Its reason stands beside the number. */
  readonly deadlineMinutes: number;
  /**
   * When the first look comes, counted from the end of an apply that changed something: when the same gate passes at
   * the earliest, by docs/latencies.md and the records of runs. Later would make the platform wait for nobody.
   */
  readonly firstLookSeconds?: number;
  /** What it expects instead where one of these stands between the internet and the applications. */
  readonly withEdge?: Readonly<Partial<Record<Edge, Gate>>>;
  readonly [expectation: string]: unknown;
}

/** Resources that outlive their layer. What each of them depends on is one of them, too. */
export interface Retention {
  /** What they are kept for. */
  readonly because: string;
  /** Addresses without index, such as `aws_s3_bucket.backups`: every instance is kept. */
  readonly resources: readonly string[];
}

/** One Terraform root module with its own state. Its name is its directory with `-` for `/`. */
export interface LayerDefinition {
  /** Below `terraform/`, e.g. `platform/step02`. */
  readonly directory: string;
  readonly purpose: string;
  /** Names of layers. */
  readonly dependsOn: readonly string[];
  /** Longest apply that is still believed in; terraform is interrupted gracefully before the build ends. */
  readonly applyTimeoutMinutes: number;
  /** Why that number. */
  readonly applyTimeoutReason: string;
  /** Does planning or applying it talk to the cluster's API? */
  readonly kubernetes: boolean;
  /** Does it hold data that a destroy would lose? */
  readonly stateful: boolean;
  /** Resource types that a plan may never destroy or replace unasked. */
  readonly protects: readonly string[];
  /** What a destroy leaves where it is, and in the state, so that the next deploy goes on with it. */
  readonly retains?: Retention;
  readonly gates: readonly Gate[];
}

export interface Layer extends LayerDefinition {
  readonly name: string;
}

export interface Catalogue {
  /** In an order that respects every dependency; ties keep the order of definition. */
  readonly layers: readonly Layer[];
  layer(name: string): Layer;
}

export const layerName = (directory: string): string => directory.replaceAll("/", "-");

const ADDRESS = /^[a-z0-9_]+\.[a-z0-9_-]+$/;
const DIRECTORY = /^[a-z][a-z0-9-]*(\/[a-z][a-z0-9-]*)*$/;

/** Refuses what would break later: bad names, duplicates, unknown or circular dependencies. */
export function defineLayers(definitions: readonly LayerDefinition[]): Catalogue {
  const byName = new Map<string, Layer>();
  for (const definition of definitions) {
    if (!DIRECTORY.test(definition.directory))
      throw new ConfigurationError(
        `layer directory ${JSON.stringify(definition.directory)}: use lower-case letters, digits and "-", levels joined by "/"`,
      );
    for (const address of definition.retains?.resources ?? [])
      if (!ADDRESS.test(address))
        throw new ConfigurationError(
          `layer directory "${definition.directory}" retains ${JSON.stringify(address)}: name a resource of the root module, without index, such as aws_s3_bucket.backups`,
        );
    const name = layerName(definition.directory);
    if (byName.has(name)) throw new ConfigurationError(`layer "${name}" is defined twice`);
    byName.set(name, { ...definition, name });
  }
  refuseUnknown(byName);
  return {
    layers: order(byName),
    layer(name) {
      const layer = byName.get(name);
      if (!layer)
        throw new ConfigurationError(`no layer "${name}"; there are: ${[...byName.keys()].join(", ")}`);
      return layer;
    },
  };
}

function refuseUnknown(byName: ReadonlyMap<string, Layer>): void {
  for (const layer of byName.values())
    for (const dependency of layer.dependsOn)
      if (!byName.has(dependency))
        throw new ConfigurationError(
          `layer "${layer.name}" depends on "${dependency}", which is not defined; there are: ${[...byName.keys()].join(", ")}`,
        );
}

/** Depth-first, so that a cycle is met with its whole path at hand. */
function order(byName: ReadonlyMap<string, Layer>): Layer[] {
  const ordered: Layer[] = [];
  const done = new Set<string>();
  const visit = (layer: Layer, path: readonly string[]): void => {
    if (done.has(layer.name)) return;
    if (path.includes(layer.name)) {
      const cycle = [...path.slice(path.indexOf(layer.name)), layer.name].join(" → ");
      throw new ConfigurationError(`layers depend on each other in a circle: ${cycle}`);
    }
    for (const dependency of layer.dependsOn) {
      const next = byName.get(dependency);
      if (next) visit(next, [...path, layer.name]);
    }
    done.add(layer.name);
    ordered.push(layer);
  };
  for (const layer of byName.values()) visit(layer, []);
  return ordered;
}
