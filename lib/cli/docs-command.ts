import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { defineLayers } from "../catalogue/define-layers.ts";
import { withLayerTable } from "../catalogue/layer-table.ts";
import { LAYERS } from "../catalogue/layers.ts";
import { layerReadme, readHclFiles } from "./docs/layer-readme.ts";
import { writeWhole } from "./output-files.ts";
import { PROJECT_ROOT } from "./places.ts";
import { EXIT_SUCCEEDED } from "./usage-error.ts";

/** `strata docs`: makes the generated parts of the documentation anew. */
export async function docsCommand(): Promise<number> {
  const catalogue = defineLayers(LAYERS);
  const readme = join(PROJECT_ROOT, "README.md");
  writeWhole(readme, withLayerTable(await readFile(readme, "utf8"), catalogue));
  for (const layer of catalogue.layers) {
    const directory = join(PROJECT_ROOT, "terraform", layer.directory);
    writeWhole(join(directory, "README.md"), layerReadme(layer, catalogue, readHclFiles(directory)));
  }
  return EXIT_SUCCEEDED;
}
