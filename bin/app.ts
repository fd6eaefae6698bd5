import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { defineLayers } from "../lib/catalogue/define-layers.ts";
import { catalogueFor } from "../lib/catalogue/edges.ts";
import { LAYERS } from "../lib/catalogue/layers.ts";
import { readConfiguration } from "../lib/configuration/read-configuration.ts";
import { PROJECT_ROOT } from "../lib/constructs/project-root.ts";
import { readTerraformSource } from "../lib/constructs/terraform-source.ts";
import { ConfigurationError } from "../lib/run/errors.ts";
import { ControlPlaneStack } from "../lib/stacks/control-plane-stack.ts";

/** Not 1, which is any crash's: a wrong configuration is the operator's to mend. */
const EXIT_CONFIGURATION = 2;

function readCdkJson(): { context?: Record<string, unknown> } {
  const path = join(PROJECT_ROOT, "cdk.json");
  try {
    return JSON.parse(readFileSync(path, "utf8")) as { context?: Record<string, unknown> };
  } catch (cause) {
    throw new ConfigurationError(`${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Run by hand, without the CDK CLI, the app finds its context and its output directory itself. */
function synthesize(): void {
  const file = readCdkJson();
  const app = new App({
    // It only warns, and takes more than half of a synth; the tests ask more of the template.
    builtinCloudFormationValidation: false,
    outdir: process.env.CDK_OUTDIR ?? join(PROJECT_ROOT, "cdk.out"),
    // The CLI's own context (`-c strata=…`) wins.
    ...(process.env.CDK_CONTEXT_JSON ? {} : { context: file.context ?? {} }),
  });
  const catalogue = defineLayers(LAYERS);
  const configuration = readConfiguration(app.node.tryGetContext("strata"), {
    catalogue,
    declaredVariables: (layer) =>
      readTerraformSource(join(PROJECT_ROOT, "terraform", catalogue.layer(layer).directory)).variables,
  });
  new ControlPlaneStack(app, { catalogue: catalogueFor(catalogue, configuration.edge), configuration });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
}

try {
  synthesize();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_CONFIGURATION;
}
