import { Worker } from "node:worker_threads";
import type { FunctionRecord } from "../aws/backends.ts";
import type { Credentials } from "../aws/contract.ts";
import type { Json } from "../world/world.ts";
import type { FunctionFailure, Invocation, Whereabouts, WorkerMessage, WorkerSetup } from "./protocol.ts";

export type Answer = { readonly payload: Json } | { readonly failure: FunctionFailure };

/** What a thread is besides its function: where it stands and as whom. */
export interface Placement {
  readonly region: string;
  readonly credentials: Credentials;
  readonly endpointUrl: string | undefined;
  readonly logStreamName: string;
  /** The worker's program, already bundled; without it, its sources. */
  readonly program: URL | undefined;
  readonly setup: Omit<WorkerSetup, "codeDirectory" | "handler" | "endpoint">;
}

/** Lambda's own variables and the function's; nothing of this machine's environment. @see the guide's "defined runtime environment variables" */
function environmentOf(record: FunctionRecord, place: Placement): Record<string, string> {
  return {
    ...record.environment,
    AWS_LAMBDA_FUNCTION_NAME: record.name,
    AWS_LAMBDA_FUNCTION_VERSION: record.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(record.memoryMegabytes),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${record.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStreamName,
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_ACCESS_KEY_ID: place.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: place.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: place.credentials.sessionToken,
    _HANDLER: record.handler,
    LAMBDA_TASK_ROOT: record.codeDirectory,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    ...(place.endpointUrl === undefined ? {} : { AWS_ENDPOINT_URL: place.endpointUrl }),
  };
}

/** host:port of a URL, with the port that its scheme implies. */
function endpointOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

const exited = (requestId: string, how: string): FunctionFailure => ({
  errorType: "Runtime.ExitError",
  errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
});

/** Real time that loading a module may take; generous, since a busy machine is not the function's fault. */
const LOAD_LIMIT_MILLISECONDS = 60_000;

/** A worker thread that has loaded a function's bundle, used by one call at a time. */
export class Thread {
  readonly #worker: Worker;
  #alive = true;
  #moved: Whereabouts | undefined;
  /** What is written before the first call. */
  readonly #early: string[] = [];
  #onLog: (text: string) => void = (text) => void this.#early.push(text);
  #onLoaded: () => void = () => undefined;
  #isLoaded = false;
  #onStarted: () => void = () => undefined;
  #settle: ((answer: (requestId: string) => Answer) => void) | undefined;

  constructor(record: FunctionRecord, place: Placement) {
    const setup: WorkerSetup = {
      ...place.setup,
      codeDirectory: record.codeDirectory,
      handler: record.handler,
      endpoint: endpointOf(place.endpointUrl),
    };
    this.#worker = new Worker(place.program ?? new URL("./worker.ts", import.meta.url), {
      workerData: setup,
      env: environmentOf(record, place),
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: record.memoryMegabytes },
      stdout: true,
      stderr: true,
    });
    this.#worker.on("message", (message: WorkerMessage) => this.#receive(message));
    this.#worker.on("error", (error: NodeJS.ErrnoException) => {
      const how = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "signal: killed" : String(error);
      this.#end((requestId) => ({ failure: exited(requestId, how) }));
    });
    this.#worker.on("exit", (code) =>
      this.#end((requestId) => ({ failure: exited(requestId, `exit status ${code}`) })),
    );
    // A thread that rests must not keep the process alive by itself.
    this.#worker.unref();
  }

  /** Resolves when the module of a thread that loads ahead is loaded, or the thread has ended. */
  get loaded(): Promise<void> {
    if (this.#isLoaded) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onLoaded = resolve;
      this.#worker.once("exit", () => resolve());
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  get busy(): boolean {
    return this.#settle !== undefined;
  }

  /** Puts a thread that is not busy into an environment of its function and role, of this world or of another. */
  move({ endpointUrl, logStreamName }: Pick<Placement, "endpointUrl" | "logStreamName">): void {
    this.#moved = { endpoint: endpointOf(endpointUrl), logStreamName };
  }

  /** Runs one invocation; undefined when it takes longer than `realMilliseconds`: the thread is then gone. */
  invoke(
    invocation: Omit<Invocation, "moved">,
    realMilliseconds: number,
    onLog: (text: string) => void,
  ): Promise<Answer | undefined> {
    this.#onLog = onLog;
    for (const text of this.#early.splice(0)) onLog(text);
    this.#worker.ref();
    return new Promise((resolve) => {
      const giveUp = (): void => {
        this.#settle = undefined;
        resolve(undefined);
        void this.close();
      };
      // As on Lambda, loading the module does not count into the function's own timeout.
      let timer = setTimeout(giveUp, LOAD_LIMIT_MILLISECONDS);
      this.#onStarted = () => {
        clearTimeout(timer);
        timer = setTimeout(giveUp, realMilliseconds);
      };
      this.#settle = (answer) => {
        clearTimeout(timer);
        this.#settle = undefined;
        this.#worker.unref();
        resolve(answer(invocation.requestId));
      };
      if (this.#alive) this.#worker.postMessage({ ...invocation, moved: this.#moved });
      else this.#settle((requestId) => ({ failure: exited(requestId, "exit status 1") }));
      this.#moved = undefined;
    });
  }

  async close(): Promise<void> {
    this.#alive = false;
    await this.#worker.terminate();
  }

  #receive(message: WorkerMessage): void {
    this.#isLoaded ||= message.type !== "log";
    if (message.type === "log") this.#onLog(message.text);
    else if (message.type === "loaded") this.#onLoaded();
    else if (message.type === "started") this.#onStarted();
    else if (message.type === "returned") this.#settle?.(() => ({ payload: message.payload }));
    else this.#settle?.(() => ({ failure: message.failure }));
  }

  #end(answer: (requestId: string) => Answer): void {
    this.#alive = false;
    this.#settle?.(answer);
  }
}
