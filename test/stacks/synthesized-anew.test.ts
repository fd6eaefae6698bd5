import { App, Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, it } from "vitest";
import { catalogueFor } from "../../lib/catalogue/edges.ts";
import { readConfiguration } from "../../lib/configuration/read-configuration.ts";
import { ControlPlaneStack } from "../../lib/stacks/control-plane-stack.ts";
import { LEFT_OUT } from "../../lib/stacks/synthesize.ts";
import { example, FACTS } from "../configuration/example.ts";
import type { Resource } from "./statements.ts";
import { synthesized } from "./synthesized.ts";

/** The app of cdk.json's example, checked by the same rules as `bin/app.ts`: a finding throws. */
function synthesizedAnew(): Record<string, Resource> {
  const app = new App(LEFT_OUT);
  const configuration = readConfiguration(example(), FACTS);
  const catalogue = catalogueFor(FACTS.catalogue, configuration.edge);
  const stack = new ControlPlaneStack(app, { catalogue, configuration });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return Template.fromStack(stack).toJSON().Resources as Record<string, Resource>;
}

it("the template is the same, whoever makes it and after whatever", async () => {
  const { Resources: written } = await synthesized();
  // Whatever was made before must not show: the CDK numbers what it does not know yet.
  synthesizedAnew();
  const anew = synthesizedAnew();
  const differ = (id: string): boolean => JSON.stringify(anew[id]) !== JSON.stringify(written[id]);
  expect([...new Set([...Object.keys(anew), ...Object.keys(written)])].filter(differ)).toEqual([]);
});
