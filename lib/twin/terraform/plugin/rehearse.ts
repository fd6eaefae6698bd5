/**
 * Applies a layer in a throw-away world with the real terraform and local state:
 *
 *   node lib/twin/terraform/plugin/rehearse.ts <layer directory> [terraform arguments, e.g. -var-file=x.tfvars.json]
 *
 * Plans, applies the saved plan, plans again (which must find nothing), says how long the apply would last and
 * why, and destroys. Nothing is left behind. The exit code is 1 when a step fails or the second plan is not empty.
 * Only AWS and what needs no cluster: there is no Kubernetes API in this world.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { isRoot } from "../../aws/arn.ts";
import { AWS_COLLECTIONS } from "../../aws/collections.ts";
import type { Aws } from "../../aws/contract.ts";
import { VirtualClock } from "../../clock.ts";
import type { Kubernetes } from "../../kubernetes/contract.ts";
import { type Json, World } from "../../world/world.ts";
import { attachProviders } from "../attach.ts";
import { schedule } from "../critical-path.ts";
import { registerAwsDynamics } from "../providers/aws/dynamics.ts";
import { openWorkspace, type TerraformRun, type TerraformWorkspace } from "./run-terraform.ts";

const ACCOUNT = "111122223333";
const REGION = "us-east-1";

const world = new World(new VirtualClock(Date.UTC(2026, 10, 24)));
registerAwsDynamics(world);

/** The account's own user, whom nothing is refused. */
const aws: Aws = {
  accountId: ACCOUNT,
  region: REGION,
  call: () => Promise.reject(new Error("there is no API in this world")),
  authorize: (principal) => {
    if (!isRoot(principal.roleArn)) throw new Error("only the account's root acts here");
  },
  credentials: () => ({ accessKeyId: "", secretAccessKey: "", sessionToken: "" }),
  whoIs: () => undefined,
};

const kubernetes: Kubernetes = {
  cluster: (name) => {
    throw new Error(`there is no API server of ${name} in this world`);
  },
  userOf: () => undefined,
  clusterAt: () => undefined,
};

/** The boundary of the platform's roles is made by the control plane, which is not in this world. */
function seedBoundary(variablesFile: string): void {
  const variables = JSON.parse(readFileSync(variablesFile, "utf8")) as {
    control_plane?: { permissions_boundary_arn?: string };
  };
  const arn = variables.control_plane?.permissions_boundary_arn;
  const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  if (arn) world.collection<Json>(AWS_COLLECTIONS.managedPolicies).set(arn, everything);
}

/** Modules are named relative to the layer, so the tree around it is copied as well. */
function copyLayer(layer: string): { root: string; directory: string } {
  const tree = layer.includes("/terraform/") ? `${layer.split("/terraform/")[0]}/terraform` : dirname(layer);
  const root = mkdtempSync(join(tmpdir(), "strata-rehearsal-"));
  cpSync(tree, root, { recursive: true });
  const directory = join(root, relative(tree, layer));
  writeFileSync(join(directory, "local_override.tf"), 'terraform {\n  backend "local" {}\n}\n');
  return { root, directory };
}

const stateOf = (directory: string): Json =>
  JSON.parse(readFileSync(join(directory, "terraform.tfstate"), "utf8")) as Json;

async function step(title: string, run: Promise<TerraformRun>, wanted = 0): Promise<void> {
  const { exitCode, stdout, stderr } = await run;
  process.stdout.write(`${title}: exit code ${exitCode}\n`);
  if (exitCode === wanted) return;
  process.stdout.write(stdout + stderr);
  throw new Error(`${title} was to end with ${wanted}`);
}

async function rehearse(
  workspace: TerraformWorkspace,
  directory: string,
  args: readonly string[],
): Promise<void> {
  await step("init", workspace.run(["init", "-no-color"]));
  await step("plan", workspace.run(["plan", "-no-color", "-detailed-exitcode", "-out=plan", ...args]), 2);
  await step("apply", workspace.run(["apply", "-no-color", "plan"]));
  const { totalMilliseconds, criticalPath } = schedule(providers.journal, undefined, stateOf(directory));
  process.stdout.write(`would last ${Math.round(totalMilliseconds / 1000)} s: ${criticalPath.join(" → ")}\n`);
  await step("plan again", workspace.run(["plan", "-no-color", "-detailed-exitcode", ...args]));
  await step("destroy", workspace.run(["destroy", "-no-color", "-auto-approve", ...args]));
}

const providers = await attachProviders({
  world,
  aws,
  kubernetes,
  principal: { roleArn: `arn:aws:iam::${ACCOUNT}:root`, sessionName: "rehearsal" },
  region: REGION,
});
const VARIABLES = "-var-file=";
const [layer = ".", ...given] = process.argv.slice(2);
const args = given.map((argument) =>
  argument.startsWith(VARIABLES) ? VARIABLES + resolve(argument.slice(VARIABLES.length)) : argument,
);
for (const argument of args)
  if (argument.startsWith(VARIABLES)) seedBoundary(argument.slice(VARIABLES.length));
const { root, directory } = copyLayer(resolve(layer));
const workspace = openWorkspace(directory, providers.reattach);
try {
  await rehearse(workspace, directory, args);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  workspace.remove();
  await providers.close();
  rmSync(root, { recursive: true, force: true });
}
