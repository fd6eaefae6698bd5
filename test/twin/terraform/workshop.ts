import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Aws, Principal } from "../../../lib/twin/aws/contract.ts";
import { authorize } from "../../../lib/twin/aws/iam/authorization.ts";
import { VirtualClock } from "../../../lib/twin/clock.ts";
import type { Kubernetes } from "../../../lib/twin/kubernetes/contract.ts";
import type { Attributes, Operation, ProviderDefinition } from "../../../lib/twin/terraform/contract.ts";
import { announce } from "../../../lib/twin/terraform/plugin/reattach.ts";
import { openWorkspace, type TerraformRun } from "../../../lib/twin/terraform/plugin/run-terraform.ts";
import { loadProviderSchema } from "../../../lib/twin/terraform/plugin/schema.ts";
import { serveProvider } from "../../../lib/twin/terraform/plugin/server.ts";
import { registerAwsDynamics } from "../../../lib/twin/terraform/providers/aws/dynamics.ts";
import { type Json, World } from "../../../lib/twin/world/world.ts";

export const ACCOUNT = "111122223333";
export const ROOT: Principal = { roleArn: `arn:aws:iam::${ACCOUNT}:root`, sessionName: "operator" };
const REGION = "us-east-1";
const STARTS_AT = Date.UTC(2026, 10, 24, 4);

/** Terraform wants an installed or attached provider for each that is named here. */
const requirements = (definitions: readonly ProviderDefinition[]): string => {
  const entries = definitions.map(({ address }) => {
    const [, namespace, name] = address.split("/");
    return `    ${name} = { source = "${namespace}/${name}" }`;
  });
  return `terraform {\n  required_providers {\n${entries.join("\n")}\n  }\n}\n`;
};

export const emptyWorld = (): World => {
  const world = new World(new VirtualClock(STARTS_AT));
  registerAwsDynamics(world);
  return world;
};

/** AWS as far as the provider asks it directly: who may do what. */
const awsOf = (world: World): Aws => ({
  accountId: ACCOUNT,
  region: REGION,
  call: () => Promise.reject(new Error("the provider calls no API")),
  authorize: (principal, action, resource, context) =>
    authorize(world, REGION, principal, action, resource, context),
  credentials: () => ({ accessKeyId: "", secretAccessKey: "", sessionToken: "" }),
  whoIs: () => undefined,
});

export interface Workshop {
  readonly world: World;
  readonly journal: Operation[];
  principal: Principal;
  beforeOperation:
    | ((operation: { action: string; type: string; planned: Attributes | null }) => Promise<void>)
    | undefined;
  /** Replaces the configuration; providers and requirements are added. */
  write(hcl: string): void;
  run(...args: string[]): Promise<TerraformRun>;
  /** Exit code of a plan: 0 no changes, 1 error, 2 changes. */
  plan(...args: string[]): Promise<TerraformRun>;
  apply(...args: string[]): Promise<TerraformRun>;
  state(): Json | undefined;
  /** Attributes of the instances in the state by address. */
  attributes(address: string): Record<string, Json>;
  close(): void;
}

/**
 * A directory, a world and the real terraform between them. There is no init: attached providers are not installed,
 * and there are no modules and no backend.
 */
export async function openWorkshop(
  definitions: readonly ProviderDefinition[],
  world: World = emptyWorld(),
): Promise<Workshop> {
  const directory = mkdtempSync(join(tmpdir(), "strata-layer-"));
  const journal: Operation[] = [];
  const workshop = { principal: ROOT, beforeOperation: undefined } as Pick<
    Workshop,
    "principal" | "beforeOperation"
  >;
  const context = {
    world,
    aws: awsOf(world),
    kubernetes: {} as Kubernetes,
    get principal() {
      return workshop.principal;
    },
    region: REGION,
    record: (operation: Operation) => void journal.push(operation),
  };
  const served = await Promise.all(
    definitions.map((definition) =>
      serveProvider({
        definition,
        schema: loadProviderSchema(definition.address),
        context,
        beforeOperation: async (operation) => workshop.beforeOperation?.(operation),
      }),
    ),
  );
  const announced = announce(served);
  const workspace = openWorkspace(directory, announced.reattach);
  const run: Workshop["run"] = (...args) => workspace.run([...args, "-no-color"]);
  writeFileSync(join(directory, "versions.tf"), requirements(definitions));
  const stateFile = join(directory, "terraform.tfstate");
  const state = (): Json | undefined => {
    try {
      return JSON.parse(readFileSync(stateFile, "utf8")) as Json;
    } catch {
      return undefined;
    }
  };
  return Object.assign(workshop, {
    world,
    journal,
    write: (hcl: string) => writeFileSync(join(directory, "main.tf"), hcl),
    run,
    plan: (...args: string[]) => run("plan", "-detailed-exitcode", ...args),
    apply: (...args: string[]) => run("apply", "-auto-approve", ...args),
    state,
    attributes: (address: string) => attributesIn(state(), address),
    close: () => {
      workspace.remove();
      announced.close();
      rmSync(directory, { recursive: true, force: true });
    },
  });
}

function attributesIn(state: Json | undefined, address: string): Record<string, Json> {
  type Resource = { type: string; name: string; instances: { attributes: Record<string, Json> }[] };
  const { resources } = (state ?? { resources: [] }) as unknown as { resources: Resource[] };
  const found = resources.find(({ type, name }) => `${type}.${name}` === address);
  if (!found?.instances[0]) throw new Error(`${address} is not in the state`);
  return found.instances[0].attributes;
}
