import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { World } from "../../world/world.ts";
import { deployTemplate, type StackRecord } from "./deploy-template.ts";

/** The part of `manifest.json` that is read. @see aws-cdk-lib/cloud-assembly-schema, AssemblyManifest */
const ManifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      properties: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

/** An environment-agnostic stack is deployed here: the account of AWS's examples, AWS's first region. */
const UNKNOWN = { accountId: "111122223333", region: "us-east-1" } as const;

interface Stack {
  readonly stackName: string;
  readonly accountId: string;
  readonly region: string;
  readonly template: unknown;
  readonly assets: unknown;
}

export interface Assembly {
  readonly accountId: string;
  readonly region: string;
  /** Of the first stack: the control plane of the environment that is run. */
  readonly stackName: string;
  /** Deploys every stack of the assembly, in the order of the manifest. */
  deploy(world: World): StackRecord[];
}

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));

function placeOf(environment: string | undefined): { accountId: string; region: string } {
  const [, accountId = "", region = ""] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment ?? "") ?? [];
  return {
    accountId: /^\d{12}$/.test(accountId) ? accountId : UNKNOWN.accountId,
    region: region === "" || region.startsWith("unknown-") ? UNKNOWN.region : region,
  };
}

async function readStacks(directory: string): Promise<Stack[]> {
  const { artifacts } = ManifestSchema.parse(await readJson(join(directory, "manifest.json")));
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === "aws:cloudformation:stack");
  return Promise.all(
    stacks.map(async ([id, { environment, properties }]) => ({
      ...placeOf(environment),
      stackName: typeof properties?.stackName === "string" ? properties.stackName : id,
      template: await readJson(join(directory, String(properties?.templateFile))),
      assets: artifacts[`${id}.assets`] ? await readJson(join(directory, `${id}.assets.json`)) : {},
    })),
  );
}

/** Reads a cloud assembly (`cdk.out`). @throws when it holds no stack, or stacks of several accounts */
export async function deployAssembly(directory: string): Promise<Assembly> {
  const stacks = await readStacks(directory);
  const [first] = stacks;
  if (!first) throw new Error(`${directory} holds no stack`);
  const { accountId, region } = first;
  if (stacks.some((stack) => stack.accountId !== accountId))
    throw new Error("the stacks of the assembly are for different accounts");
  return {
    accountId,
    region,
    stackName: first.stackName,
    deploy: (world) => stacks.map((stack) => deployTemplate({ world, assetsDirectory: directory, ...stack })),
  };
}
