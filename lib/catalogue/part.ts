import { type Catalogue, defineLayers, type LayerDefinition, layerName } from "./define-layers.ts";

/**
 * The catalogue of an environment that has some of the layers only.
 * @param names joined by commas, as a function's environment holds them; left out, all
 * @throws ConfigurationError for a layer without those that it depends on
 */
export const catalogueOf = (definitions: readonly LayerDefinition[], names?: string): Catalogue =>
  defineLayers(
    names === undefined
      ? definitions
      : definitions.filter(({ directory }) => names.split(",").includes(layerName(directory))),
  );
