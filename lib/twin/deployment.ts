import type { FunctionRecord, ProjectRecord, StateMachineRecord } from "./aws/backends.ts";
import type { StackRecord } from "./aws/cloudformation/deploy-template.ts";
import { AWS_COLLECTIONS } from "./aws/collections.ts";
import { COLLECTIONS } from "./world/records.ts";
import type { World } from "./world/world.ts";

/** Names of what the synthesized template deployed, as its functions know them. */
export interface Deployment {
  readonly environment: string;
  readonly domain: string;
  readonly region: string;
  readonly tableName: string;
  readonly artefactBucket: string;
  readonly stateBucket: string;
  /** The pipeline's. */
  readonly stateMachineArn: string;
  /** ARNs of the machines beside the pipeline, by what follows the environment in their names: `prove`, `drift` … */
  readonly machines: Readonly<Record<string, string>>;
  /** In the order of the schedule. */
  readonly layers: readonly string[];
}

/** Reads them out of the world; throws if the stack lacks what the pipeline cannot be without. */
export function readDeployment(world: World, region: string, stackName: string): Deployment {
  const stack = world.collection<StackRecord>(AWS_COLLECTIONS.stacks).get(stackName);
  const owned = new Set(Object.values(stack?.resources ?? {}).flatMap(({ owns }) => owns.map(String)));
  /** What this stack made: the world may hold other environments' control planes, too. */
  const made = <T>(collection: string): T[] =>
    world
      .collection<T>(collection)
      .entries()
      .filter(([key]) => owned.has(String([collection, key])))
      .map(([, record]) => record);
  const functions = made<FunctionRecord>(COLLECTIONS.functions);
  const projects = made<ProjectRecord>(COLLECTIONS.projects);
  const machines = made<StateMachineRecord>(COLLECTIONS.stateMachines);
  const variable = (name: string): string => {
    const value = functions.map(({ environment }) => environment[name]).find(Boolean);
    if (value === undefined) throw new Error(`no function of the template has the variable ${name}`);
    return value;
  };
  const stateBucket = projects
    .flatMap(({ environment }) => environment)
    .find(({ name }) => name === "STATE_BUCKET")?.value;
  const environment = variable("STRATA_ENVIRONMENT");
  const machine = machines.find(({ name }) => name === `${environment}-pipeline`);
  if (machine === undefined || stateBucket === undefined)
    throw new Error(
      `the template has no state machine ${environment}-pipeline, or no CodeBuild project with STATE_BUCKET`,
    );
  return {
    environment,
    domain: variable("STRATA_DOMAIN"),
    region,
    tableName: variable("STRATA_TABLE"),
    artefactBucket: variable("STRATA_ARTEFACT_BUCKET"),
    stateBucket,
    stateMachineArn: machine.arn,
    machines: Object.fromEntries(
      machines
        .filter((other) => other !== machine)
        .map(({ name, arn }) => [name.slice(environment.length + 1), arn]),
    ),
    layers: layersOf(machine),
  };
}

/** The machine's own order: that in which its states plan the layers. */
function layersOf({ definition }: StateMachineRecord): string[] {
  const names = [...JSON.stringify(definition).matchAll(/"Plan ([a-z0-9-]+)":\{/g)].map(
    ([, name]) => name ?? "",
  );
  return [...new Set(names)];
}
