/**
 * What asking a cluster costs a function: the handler that only calls EKS, bundled as the stack bundles it, against
 * the same with one gate's Kubernetes client, facts and judgement, and against the same with @kubernetes/client-node.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { PROJECT_ROOT } from "../places.ts";

const run = promisify(execFile);

/** Kinds that ask the cluster, and where their parts lie. */
const GATES = [
  "argocd",
  "crds",
  "issuers",
  "nodes",
  "secret-store",
  "secrets",
  "velero",
  "webhooks",
  "workloads",
];

/** Loads of each bundle in fresh processes, taken in turn so that a busy moment falls on all of them. */
const ROUNDS = 9;

export interface GateCostNumbers {
  /** The gate that adds most. */
  readonly largestGate: string;
  readonly addedKilobytes: number;
  readonly addedLoadMilliseconds: number;
  /** What @kubernetes/client-node adds to the same handler. */
  readonly clientNodeKilobytes: number;
  readonly clientNodeLoadMilliseconds: number;
}

const BASE = 'export { handler } from "./lambdas/validate-eks/handler.ts";';
const CLIENT_NODE = `${BASE}
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
export const client = (options) => {
  const config = new KubeConfig();
  config.loadFromOptions(options);
  return config.makeApiClient(CoreV1Api);
};`;
const withGate = (kind: string): string => `${BASE}
export { clusterOf } from "./lib/clients/kubernetes/connect.ts";
export * from "./lib/gates/${kind}/expectation.ts";
export * from "./lib/gates/${kind}/observe.ts";
export * from "./lib/gates/${kind}/judge.ts";`;

const LOAD = `const startedAt = performance.now(); await import(process.argv[1]); console.log(performance.now() - startedAt); process.exit(0)`;

export async function measureGateCost(): Promise<GateCostNumbers> {
  const directory = await mkdtemp(join(tmpdir(), "strata-gate-cost-"));
  try {
    const bytesOf = async (name: string, contents: string): Promise<number> => {
      await bundle(contents, join(directory, name));
      return (await stat(join(directory, name))).size;
    };
    const base = await bytesOf("base.mjs", BASE);
    const clientNode = await bytesOf("client-node.mjs", CLIENT_NODE);
    const gates: { kind: string; bytes: number }[] = [];
    for (const kind of GATES) gates.push({ kind, bytes: await bytesOf(`${kind}.mjs`, withGate(kind)) });
    const largest = gates.reduce((most, each) => (each.bytes > most.bytes ? each : most));
    const names = ["base.mjs", `${largest.kind}.mjs`, "client-node.mjs"];
    const [baseLoad = 0, gateLoad = 0, clientNodeLoad = 0] = await medianLoads(directory, names);
    return {
      largestGate: largest.kind,
      addedKilobytes: kilobytes(largest.bytes - base),
      addedLoadMilliseconds: tenths(gateLoad - baseLoad),
      clientNodeKilobytes: kilobytes(clientNode - base),
      clientNodeLoadMilliseconds: tenths(clientNodeLoad - baseLoad),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const tenths = (value: number): number => Math.round(value * 10) / 10;
const kilobytes = (bytes: number): number => tenths(bytes / 1_000);

/** With the options of the stack. @see lib/constructs/bundle.ts */
const bundle = (contents: string, outfile: string) =>
  build({
    stdin: { contents, resolveDir: PROJECT_ROOT, loader: "ts" },
    outfile,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    banner: {
      js: 'import{createRequire as makeRequire}from"node:module";const require=makeRequire(import.meta.url);',
    },
    legalComments: "none",
    logLevel: "error",
  });

async function medianLoads(directory: string, names: readonly string[]): Promise<number[]> {
  const loads = names.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [index, name] of names.entries()) {
      const url = pathToFileURL(join(directory, name)).href;
      const { stdout } = await run(process.execPath, ["--input-type=module", "-e", LOAD, url], {
        env: { PATH: process.env.PATH ?? "" },
      });
      loads[index]?.push(Number(stdout.trim()));
    }
  return loads.map((each) => each.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0);
}
