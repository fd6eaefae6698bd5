import { defineLayers, type Layer } from "../../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../../lib/catalogue/layers.ts";
import type { Attributes } from "../../../lib/twin/terraform/contract.ts";
import { policyDocument } from "../../../lib/twin/terraform/providers/aws/data/policy-document.ts";
import { type Answers, serveEchoProviders } from "../echo-providers.ts";
import { ANSWERS, VARIABLES } from "../environment.ts";
import { LayersOnDisk, type PlannedResource, type Variables } from "../planned-layer.ts";

/** A resource as planned, with what is known after apply filled in with samples. */
export interface PlacedResource extends PlannedResource {
  /** Name of the layer in the catalogue. */
  readonly layer: string;
}

/** Everything that the layers of the catalogue plan for one environment. */
export type Platform = readonly PlacedResource[];

/** What is wrong with a planned platform, one sentence each. */
export type PlannedRule = (platform: Platform) => string[];

/** Policies as the provider writes them, so that rules judge what AWS would be given. */
const POLICIES: Answers = {
  aws_iam_policy_document: (configuration: Attributes) => ({ json: policyDocument(configuration).json }),
};

interface State {
  readonly resources: readonly {
    readonly mode: "managed" | "data";
    readonly module?: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly index_key?: string | number;
      readonly attributes: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

/** The managed resources of a state, placed in their layer. */
export const resourcesOf = (state: unknown, layer: string): PlacedResource[] =>
  (state as State).resources
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ module, type, name, instances }) =>
      instances.map(({ index_key, attributes }) => ({
        layer,
        type,
        address: [
          ...(module ? [module] : []),
          `${type}.${name}${index_key === undefined ? "" : `[${JSON.stringify(index_key)}]`}`,
        ].join("."),
        values: attributes,
      })),
    );

/**
 * Plans and applies every layer once, each after those that it depends on, with providers that keep what they are
 * given: the state then holds each planned value, and also those that a plan alone could not know, such as a
 * policy that names a key.
 * @param changes variables by directory of a layer, over those of the tests' environment; with them, only the
 * layers that they name are planned
 */
export async function planPlatform(changes?: Readonly<Record<string, Variables>>): Promise<Platform> {
  const providers = await serveEchoProviders({ ...ANSWERS, ...POLICIES });
  const layers = new LayersOnDisk(providers);
  const apply = async ({ directory }: Layer): Promise<void> => {
    const said = await layers.apply(directory, { ...VARIABLES[directory], ...changes?.[directory] });
    if (!said.includes("Apply complete")) throw new Error(`${directory}: ${said}`);
  };
  try {
    const catalogue = defineLayers(LAYERS).layers.filter(({ directory }) => !changes || directory in changes);
    // One after another: a provider has one configuration at a time, which holds the layer's default tags.
    for (const layer of catalogue) await apply(layer);
    return catalogue.flatMap(({ name, directory }) => resourcesOf(layers.state(directory), name));
  } finally {
    providers.close();
    layers.remove();
  }
}
