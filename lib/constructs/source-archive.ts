import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { Construct } from "constructs";
import { create } from "tar";
import type { Catalogue } from "../catalogue/define-layers.ts";
import type { Configuration } from "../configuration/schema.ts";
import { layerVariables } from "./layer-variables.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { readTerraformSource } from "./terraform-source.ts";

/** What terraform leaves behind in a directory where somebody tried it, and what no build reads: text and tests. */
const LEFT_OUT = /^(\.terraform|.*\.tfstate(\..*)?|.*\.tfplan|crash\.log|README\.md|tests)$/;

export interface SourceArchiveProps {
  readonly catalogue: Catalogue;
  readonly configuration: Configuration;
}

/**
 * Everything that a build runs, as one gzipped tar: `terraform/`, `buildspecs/` and each layer's variables.
 * The same files give the same bytes on every machine, so its sha256 names the version of the platform.
 */
export class SourceArchive extends Construct {
  readonly asset: Asset;

  constructor(scope: Construct, id: string, props: SourceArchiveProps) {
    super(scope, id);
    this.asset = new Asset(this, "Asset", { path: packSource(props) });
  }
}

/** @returns path of the archive. */
export function packSource({ catalogue, configuration }: SourceArchiveProps): string {
  const staging = temporaryDirectory("strata-source-");
  const root = join(staging, "root");
  mkdirSync(join(root, "variables"), { recursive: true });
  for (const name of ["buildspecs", "terraform"])
    cpSync(join(PROJECT_ROOT, name), join(root, name), {
      recursive: true,
      filter: (path) => !LEFT_OUT.test(basename(path)),
    });
  for (const layer of catalogue.layers) {
    const { variables } = readTerraformSource(join(PROJECT_ROOT, "terraform", layer.directory));
    writeFileSync(
      join(root, "variables", `${layer.name}.tfvars.json`),
      `${JSON.stringify(layerVariables(configuration, layer, variables), null, 2)}\n`,
    );
  }
  const file = join(staging, "source.tar.gz");
  // `portable` leaves out owners, ctimes and the gzip header's operating system.
  create(
    { file, cwd: root, gzip: { level: 9 }, portable: true, noMtime: true, sync: true },
    filesBelow(root).sort(),
  );
  return file;
}

/** Paths of all files below `root`, relative and with `/`. */
function filesBelow(root: string, prefix = ""): string[] {
  return readdirSync(join(root, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, `${path}/`) : [path];
  });
}
