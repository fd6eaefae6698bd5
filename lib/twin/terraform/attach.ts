import type { AttachProviders, Operation, ProviderDefinition } from "./contract.ts";
import { announce } from "./plugin/reattach.ts";
import { loadProviderSchema } from "./plugin/schema.ts";
import { encodeSchema, serveProvider } from "./plugin/server.ts";
import { awsProvider } from "./providers/aws/provider.ts";
import { helmProvider } from "./providers/helm/provider.ts";
import { kubernetesProvider } from "./providers/kubernetes/provider.ts";
import { randomProvider } from "./providers/random/provider.ts";

const PROVIDERS: readonly ProviderDefinition[] = [
  awsProvider,
  helmProvider,
  kubernetesProvider,
  randomProvider,
];

/** Reads and encodes what every terraform process asks for first. Changes nothing but when it is done. */
export function preloadProviders(): void {
  for (const { address } of PROVIDERS) encodeSchema(loadProviderSchema(address));
}

const byIdentity = (a: Operation, b: Operation): number =>
  a.type < b.type ? -1 : a.type > b.type ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

/** The four providers of one build, each on a port of this process. */
export const attachProviders: AttachProviders = async ({
  world,
  aws,
  kubernetes,
  principal,
  region,
  beforeOperation,
}) => {
  const journal: Operation[] = [];
  const context = {
    world,
    aws,
    kubernetes,
    principal,
    region,
    record: (operation: Operation): void => {
      journal.push(operation);
    },
  };
  const served = await Promise.all(
    PROVIDERS.map((definition) =>
      serveProvider({ definition, schema: loadProviderSchema(definition.address), context, beforeOperation }),
    ),
  );
  const { reattach, close } = announce(served);
  return {
    reattach,
    // Terraform's threads come in any order; the record of a build must not. A replacement keeps its order.
    get journal() {
      return [...journal].sort(byIdentity);
    },
    close: async () => close(),
  };
};
