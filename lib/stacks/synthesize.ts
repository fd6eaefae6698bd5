import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Validations } from "aws-cdk-lib";
import { defineLayers } from "../catalogue/define-layers.ts";
import { catalogueFor } from "../catalogue/edges.ts";
import { LAYERS } from "../catalogue/layers.ts";
import { readConfiguration } from "../configuration/read-configuration.ts";
import { scratchesOf } from "../configuration/recovery.ts";
import { PROJECT_ROOT } from "../constructs/project-root.ts";
import { readTerraformSource } from "../constructs/terraform-source.ts";
import { ConfigurationError } from "../run/errors.ts";
import { ControlPlaneStack } from "./control-plane-stack.ts";
import { RecoveryStack } from "./recovery-stack.ts";

/** What an app does beside its templates, and nobody here needs. */
export const LEFT_OUT = {
  // It only warns, and takes more than half of a synth; the tests ask more of the template.
  builtinCloudFormationValidation: false,
  // For tools that draw the tree of constructs; nobody here does.
  treeMetadata: false,
};

function readCdkJson(): { context?: Record<string, unknown> } {
  const path = join(PROJECT_ROOT, "cdk.json");
  try {
    return JSON.parse(readFileSync(path, "utf8")) as { context?: Record<string, unknown> };
  } catch (cause) {
    throw new ConfigurationError(`${path}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * The app: one stack, and one for each environment in which recovery is rehearsed, from cdk.json's context or the
 * CDK CLI's. Run by hand, without the CLI, it finds its context and its output directory itself.
 * @throws ConfigurationError, which names every wrong key; an error that lists the findings of cdk-nag's rules
 */
export async function synthesize(): Promise<void> {
  const file = readCdkJson();
  const app = new App({
    ...LEFT_OUT,
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
  // After the environment's own: an assembly begins with the stack that it is about.
  for (const [scenario, scratch] of scratchesOf(configuration))
    new RecoveryStack(app, { catalogue, configuration, scenario, scratch });
  // They judge the template and change nothing in it; the twin, which starts anew for every run, does without.
  if (process.env.STRATA_CHECKS !== "off") {
    const { AwsSolutionsChecks } = await import("cdk-nag");
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  app.synth();
}
