/** Runs inside the worker: loads the bundle once, then answers one invocation after another. */
import { enableCompileCache, flushCompileCache } from "node:module";
import { isIP } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import type { Json } from "../world/world.ts";
import { freezeDate, setInstant } from "./frozen-date.ts";
import { type Handler, loadHandler } from "./load-handler.ts";
import type { FunctionFailure, Invocation, Whereabouts, WorkerMessage, WorkerSetup } from "./protocol.ts";
import { enterNetwork } from "./worker-network.ts";

const setup = workerData as WorkerSetup;
const port = parentPort;
if (!port) throw new Error("this module runs in a worker only");

const send = (message: WorkerMessage): void => port.postMessage(message);

function captureOutput(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      send({ type: "log", text: typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8") });
      const callback = rest.find((part) => typeof part === "function");
      if (callback) (callback as () => void)();
      return true;
    }) as typeof stream.write;
}

function failureOf(thrown: unknown): FunctionFailure {
  if (!(thrown instanceof Error)) {
    const errorMessage = typeof thrown === "string" ? thrown : JSON.stringify(thrown);
    return { errorType: typeof thrown, errorMessage: errorMessage ?? "undefined", trace: [] };
  }
  const trace = (thrown.stack ?? `${thrown.name}: ${thrown.message}`).split("\n");
  return { errorType: thrown.name, errorMessage: thrown.message, trace };
}

function contextOf(invocation: Invocation): object {
  const started = performance.now();
  return {
    awsRequestId: invocation.requestId,
    functionName: invocation.functionName,
    functionVersion: invocation.functionVersion,
    invokedFunctionArn: invocation.invokedFunctionArn,
    memoryLimitInMB: String(invocation.memoryMegabytes),
    logGroupName: `/aws/lambda/${invocation.functionName}`,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () =>
      Math.max(0, Math.round(invocation.timeoutMilliseconds - (performance.now() - started))),
  };
}

captureOutput();
setInstant(setup.now);
freezeDate();
const network = enterNetwork(setup.endpoint);
if (setup.network) network.install(setup.network);
if (setup.compileCache !== undefined) enableCompileCache(setup.compileCache);
let loading: Promise<Handler> | undefined;

async function load(): Promise<Handler> {
  const handler = await loadHandler(setup.codeDirectory, setup.handler);
  // A worker is ended, not left: what it compiled would be lost.
  if (setup.compileCache !== undefined) flushCompileCache();
  return handler;
}

if (setup.ahead) {
  // What Node itself makes at the first use: the clock of performance, and the patterns of addresses.
  performance.now();
  isIP("localhost");
  loading = load();
  // What went wrong is told to the first call.
  void loading.catch(() => undefined).then(() => send({ type: "loaded" }));
}

function moveTo({ endpoint, logStreamName }: Whereabouts): void {
  network.move(endpoint);
  process.env.AWS_LAMBDA_LOG_STREAM_NAME = logStreamName;
}

async function answer(invocation: Invocation): Promise<WorkerMessage> {
  setInstant(invocation.now);
  if (invocation.moved) moveTo(invocation.moved);
  if (invocation.network) network.install(invocation.network);
  try {
    loading ??= load();
    const handler = await loading;
    send({ type: "started" });
    const result = await handler(invocation.event, contextOf(invocation));
    // As the runtime does it: what JSON cannot say is lost, and no result is null.
    return { type: "returned", payload: JSON.parse(JSON.stringify(result) ?? "null") as Json };
  } catch (thrown) {
    return { type: "failed", failure: failureOf(thrown) };
  }
}

port.on("message", (invocation: Invocation) => {
  void answer(invocation).then(send);
});
