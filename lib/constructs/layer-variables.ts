import type { Layer } from "../catalogue/define-layers.ts";
import type { Configuration } from "../configuration/schema.ts";

/** Variables that any layer may declare and the environment's configuration answers. */
function sharedVariables(configuration: Configuration): Record<string, unknown> {
  return {
    environment: configuration.environment,
    region: configuration.region,
    domain: configuration.domain,
    edge: configuration.edge,
    email: configuration.email,
    kubernetes_version: configuration.kubernetesVersion,
    zone: configuration.zone,
    endpoint_mode: configuration.endpointMode,
    public_access_cidrs: configuration.publicAccessCidrs ?? [],
    operators: configuration.operators,
    tags: configuration.tags,
  };
}

/**
 * What goes into `variables/<layer>.tfvars.json`: of the shared variables those that the layer declares
 * (terraform warns about the others), and the layer's own from the configuration.
 */
export function layerVariables(
  configuration: Configuration,
  layer: Layer,
  declared: readonly string[],
): Record<string, unknown> {
  const shared = Object.entries(sharedVariables(configuration)).filter(([name]) => declared.includes(name));
  return { ...Object.fromEntries(shared), ...configuration.layers[layer.name] };
}
