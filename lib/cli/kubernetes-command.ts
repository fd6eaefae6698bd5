import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { resolve } from "node:path";
import * as z from "zod";
import { principalName } from "../twin/kubernetes/api/kubeconfig.ts";
import { type KubernetesFront, serveKubernetes } from "../twin/kubernetes/api/serve.ts";
import { followRealTime, type Pace } from "../twin/real-time.ts";
import type { Twin } from "../twin/twin.ts";
import { type AccessEntryRecord, type ClusterRecord, COLLECTIONS } from "../twin/world/records.ts";
import type { WorldSnapshot } from "../twin/world/world.ts";
import { readCdkJson } from "./cdk-json.ts";
import { clearAtExit } from "./end-on-signal.ts";
import { openTwin } from "./open-twin.ts";
import { refuseUnwritable, writeWhole } from "./output-files.ts";
import { PROJECT_ROOT } from "./places.ts";
import { EXIT_FAILED, EXIT_SUCCEEDED, UsageError } from "./usage-error.ts";
import { loadWorld, saveWorld } from "./world-file.ts";

export interface KubernetesOptions {
  readonly world: string;
  /** 0: any free one. */
  readonly port: number;
  /** @default the world's file name with `.kubeconfig` behind it */
  readonly kubeconfig?: string;
  /** How many virtual seconds go by in a real one. */
  readonly speed: number;
}

/** The first line of every kubeconfig that is written here: what begins otherwise is somebody's own. */
const MARK = "# Written by `strata twin kubernetes`, anew each time.";

/**
 * `strata twin kubernetes`: serves the clusters of a saved world until Ctrl-C, then saves the world.
 * Resolves with the exit code.
 * @param interrupted resolves when the person has had enough. @default Ctrl-C and its like
 */
export async function kubernetesCommand(
  options: KubernetesOptions,
  interrupted?: Promise<unknown>,
): Promise<number> {
  const kubeconfig = options.kubeconfig ?? `${options.world}.kubeconfig`;
  const { snapshot, saved } = worldToServe(options.world);
  refuseKubeconfig(kubeconfig, options.world);
  await refusePort(options.port);
  const { twin, leave } = await openTwin({ world: options.world, latency: 1, builds: false });
  const unkill = clearAtExit(() => twin.kill());
  try {
    const front = await listen(twin, options.port);
    try {
      const cluster = activeClusters(snapshot)[0]?.name ?? "";
      const principal = operatorOf(twin, cluster);
      writeWhole(kubeconfig, `${MARK}\n${front.kubeconfig(cluster, principal)}`, 0o600);
      process.stdout.write(`${instructions(twin, options, kubeconfig, principal).join("\n")}\n`);
      const pace = followRealTime(twin.clock, options.speed);
      return await untilInterrupted(twin, pace, interrupted, () => keep(options.world, saved, twin));
    } finally {
      await front.close();
    }
  } finally {
    await twin.close();
    unkill();
    leave();
  }
}

async function untilInterrupted(
  twin: Twin,
  pace: Pace,
  interrupted: Promise<unknown> | undefined,
  save: () => string,
): Promise<number> {
  const listening = new AbortController();
  try {
    await Promise.race([interrupted ?? signal(listening.signal), pace.ended]);
    await pace.stop();
    const instant = new Date(twin.clock.now()).toISOString();
    process.stdout.write(`\nThe world is saved as of ${instant}: ${save()}.\n`);
    return EXIT_SUCCEEDED;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    process.stderr.write(
      `error: a part of the world failed, so that it was not saved: ${(error as Error).message}\n`,
    );
    return EXIT_FAILED;
  } finally {
    listening.abort();
  }
}

const signal = (signal: AbortSignal): Promise<unknown> =>
  Promise.race((["SIGINT", "SIGTERM", "SIGHUP"] as const).map((name) => once(process, name, { signal })));

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

function worldToServe(path: string): { snapshot: WorldSnapshot; saved: string | undefined } {
  const snapshot = loadWorld(path);
  if (snapshot === undefined)
    throw new UsageError(
      `--world ${path}: there is no such file. \`npm start -- --world ${path}\` deploys the platform once and keeps its world there. Nothing was started.`,
    );
  if (activeClusters(snapshot).length === 0)
    throw new UsageError(
      `--world ${path} holds no cluster that answers${describeClusters(snapshot)}. \`npm start -- --world ${path}\` deploys one. Nothing was started.`,
    );
  return { snapshot, saved: textOf(path) };
}

const clustersIn = (snapshot: WorldSnapshot): ClusterRecord[] =>
  Object.values(snapshot.collections[COLLECTIONS.clusters] ?? {}) as unknown as ClusterRecord[];

const activeClusters = (snapshot: WorldSnapshot): ClusterRecord[] =>
  clustersIn(snapshot).filter(({ status }) => status === "ACTIVE" || status === "UPDATING");

function describeClusters(snapshot: WorldSnapshot): string {
  const known = clustersIn(snapshot).map(({ name, status }) => `${name} is ${status}`);
  return known.length > 0 ? ` (${known.join(", ")})` : "";
}

function refuseKubeconfig(path: string, world: string): void {
  if (resolve(path) === resolve(world))
    throw new UsageError(`--world and --kubeconfig both name ${path}. Nothing was started.`);
  refuseUnwritable(path, "--kubeconfig");
  const there = textOf(path);
  if (there === undefined || there.trim() === "" || there.startsWith(MARK)) return;
  throw new UsageError(
    `--kubeconfig ${path} is there already, and not from here: it would be lost. Name another file; kubectl takes several at once (KUBECONFIG=a:b). Nothing was started.`,
  );
}

async function listen(twin: Twin, port: number): Promise<KubernetesFront> {
  try {
    return await serveKubernetes(twin, port);
  } catch (error) {
    throw portRefusal(port, error);
  }
}

/** Asked before the world is opened, which takes seconds. */
async function refusePort(port: number): Promise<void> {
  const probe = createServer().listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch (error) {
    throw portRefusal(port, error);
  } finally {
    probe.close();
  }
}

function portRefusal(port: number, error: unknown): UsageError {
  const { code, message } = error as NodeJS.ErrnoException;
  const problem =
    code === "EADDRINUSE"
      ? "is in use by another process; name another one, or leave the option out to take any that is free"
      : code === "EACCES"
        ? "is not for everybody; name one above 1023"
        : `cannot be listened on (${message})`;
  return new UsageError(`--port ${port} ${problem}. Nothing was started.`);
}

const OperatorsSchema = z.object({
  context: z.object({ strata: z.object({ operators: z.array(z.string()) }) }),
});

/** The first operator of the configuration whom the cluster lets in. */
function operatorOf(twin: Twin, cluster: string): string | undefined {
  const parsed = OperatorsSchema.safeParse(readCdkJson(PROJECT_ROOT));
  const entries = twin.world.collection<AccessEntryRecord>(COLLECTIONS.accessEntries);
  const operators = parsed.success ? parsed.data.context.strata.operators : [];
  return operators.find((arn) => entries.has(`${cluster}/${arn}`));
}

function instructions(
  twin: Twin,
  { world, speed }: KubernetesOptions,
  kubeconfig: string,
  principal: string | undefined,
): string[] {
  const clusters = twin.world.collection<ClusterRecord>(COLLECTIONS.clusters).values();
  const names = clusters.map(({ name, version, status }) => `${name} (Kubernetes ${version}, ${status})`);
  const who = principal === undefined ? "the twin's administrator" : principalName(principal);
  return [
    `Serving ${names.join(", ")} of ${world}. In another terminal:`,
    "",
    `  export KUBECONFIG=${resolve(kubeconfig)}`,
    "  kubectl get pods --all-namespaces",
    "",
    `You are ${who}; \`kubectl config get-contexts\` shows whom else the cluster lets in, and --context lets you be one of them.`,
    `It is ${new Date(twin.clock.now()).toISOString()} there, and time goes ${speed === 1 ? "as fast as here" : `${speed} times as fast as here`}.`,
    "Ctrl-C ends it and saves the world.",
  ];
}

/** Somebody else's changes of the file are not written over. @returns where the world was saved */
function keep(path: string, saved: string | undefined, twin: Twin): string {
  const isOurs = textOf(path) === saved;
  const place = isOurs ? path : `${path}.served`;
  saveWorld(place, twin.world.save());
  return isOurs ? path : `${place} (${path} was changed by somebody else meanwhile)`;
}
