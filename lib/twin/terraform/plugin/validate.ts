/**
 * Checks layers with the real terraform against the recorded schemas of the four providers:
 *
 *   node lib/twin/terraform/plugin/validate.ts terraform/foundation [terraform/app …]
 *
 * Runs `init -backend=false` and `validate`; leaves nothing in the directories. The exit code is 1 if a layer
 * is not valid. Only schemas are served here: an attribute, block or type that does not exist is found, a value
 * that AWS would refuse is not (plan and apply against a world do that).
 */
import { resolve } from "node:path";
import type { Aws } from "../../aws/contract.ts";
import { VirtualClock } from "../../clock.ts";
import type { Kubernetes } from "../../kubernetes/contract.ts";
import { World } from "../../world/world.ts";
import type { ProviderContext } from "../contract.ts";
import { announce } from "./reattach.ts";
import { openWorkspace } from "./run-terraform.ts";
import { loadProviderSchema, PROVIDER_ADDRESSES } from "./schema.ts";
import { serveProvider } from "./server.ts";

/** Nothing is asked of AWS or Kubernetes while a configuration is only checked. */
const nowhere: Omit<ProviderContext, "configuration"> = {
  world: new World(new VirtualClock(0)),
  aws: {} as Aws,
  kubernetes: {} as Kubernetes,
  principal: { roleArn: "arn:aws:iam::000000000000:root", sessionName: "validate" },
  region: "us-east-1",
  record: () => {},
};

const serveSchemas = () =>
  Promise.all(
    PROVIDER_ADDRESSES.map((address) =>
      serveProvider({
        definition: { address, version: "recorded", resources: [], dataSources: [] },
        schema: loadProviderSchema(address),
        context: nowhere,
      }),
    ),
  );

async function validateLayer(directory: string, reattach: string): Promise<boolean> {
  const workspace = openWorkspace(resolve(directory), reattach);
  try {
    const init = await workspace.run(["init", "-backend=false", "-no-color"]);
    if (init.exitCode !== 0) {
      process.stderr.write(`${directory}: init failed\n${init.stdout}${init.stderr}`);
      return false;
    }
    process.stdout.write(`${directory}: `);
    return (await workspace.run(["validate"], { show: true })).exitCode === 0;
  } finally {
    workspace.remove();
  }
}

const { reattach, close } = announce(await serveSchemas());
const layers = process.argv.slice(2);
if (layers.length === 0) process.stderr.write("usage: validate.ts <layer directory> …\n");
let valid = layers.length > 0;
for (const layer of layers) valid = (await validateLayer(layer, reattach)) && valid;
close();
process.exitCode = valid ? 0 : 1;
