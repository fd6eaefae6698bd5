import type { FunctionRecord, LambdaBackend } from "../aws/backends.ts";
import { takeMetrics } from "../aws/cloudwatch/embedded-metrics.ts";
import { type Aws, AwsError } from "../aws/contract.ts";
import type { NetworkSnapshot } from "../network/contract.ts";
import { strikes } from "../world/faults.ts";
import { COLLECTIONS, type FaultRecord } from "../world/records.ts";
import type { Json, World } from "../world/world.ts";
import { ExecutionEnvironments } from "./execution-environments.ts";
import type { KeptThreads } from "./kept-threads.ts";
import { type LogLine, LogStreams } from "./log-streams.ts";
import type { FunctionFailure } from "./protocol.ts";
import type { Answer, Thread } from "./thread.ts";
import { Threads } from "./threads.ts";

export interface LambdaRunnerOptions {
  readonly world: World;
  readonly aws: Pick<Aws, "region" | "credentials">;
  /** The simulated AWS over HTTP, as functions reach it; asked at each cold start. */
  readonly endpointUrl?: () => string;
  /** The network as it is at each invocation. Without one, only the simulated AWS can be reached. */
  readonly network?: () => NetworkSnapshot;
  /** Bundle of `worker.ts`: a worker that need not be compiled starts in two thirds of the time. */
  readonly program?: URL;
  /** Directory in which workers keep what they compiled. Without it, each compiles its bundle anew. */
  readonly compileCache?: string;
  /** Where threads come from and go to. Without it, each is started for this world and ends with it. */
  readonly kept?: KeptThreads;
  /** Factor on the modelled durations. @default 1 */
  readonly latencyScale?: number;
  /** @default TYPICAL_INVOCATION's */
  readonly coldStartMilliseconds?: number;
  /** @default TYPICAL_INVOCATION's */
  readonly warmMilliseconds?: number;
  /** How long a function may really take, if less than its own timeout: for tests of functions that hang. */
  readonly realTimeLimitMilliseconds?: number;
}

/** A cold start with three SDK clients 375 ms more than a warm invocation's 20 ms. @see docs/latencies.md, "Lambda" */
export const TYPICAL_INVOCATION = { coldStartMilliseconds: 375, warmMilliseconds: 20 };

/** A synchronous response's limit. @see Lambda quotas: 6 MB */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

interface Ended {
  readonly answer: Answer;
  /** Modelled virtual milliseconds. */
  readonly lasts: number;
}

interface Request {
  readonly requestId: string;
  readonly payload: Json;
  readonly at: number;
  readonly cold: boolean;
}

/**
 * Runs functions of the world (COLLECTIONS.functions) from their bundles, each in a worker thread of its own.
 *
 * Faults of the world that strike here, both with `functionName`, and `remaining` to bound them:
 * - `lambda-crash`: the runtime exits. `when: "after"` lets the function do its work first, so that its effects
 *   stay and only its answer is lost; otherwise it never begins.
 * - `lambda-timeout`: the function does nothing until its timeout has passed, in virtual time.
 */
export class LambdaRunner implements LambdaBackend {
  readonly #options: LambdaRunnerOptions;
  readonly #environments = new ExecutionEnvironments();
  readonly #threads: Threads;
  readonly #logs: LogStreams;
  #closed = false;

  constructor(options: LambdaRunnerOptions) {
    this.#options = options;
    const { world, kept } = options;
    this.#threads = new Threads(kept);
    this.#logs = new LogStreams(
      () => world.clock.now(),
      (line) => takeMetrics(world, line),
    );
  }

  async invoke(functionName: string, payload: Json): Promise<{ payload: Json; functionError?: "Unhandled" }> {
    const record = this.#find(functionName);
    const { world } = this.#options;
    const requestId = world.uuid();
    const at = world.clock.now();
    this.#logs.start(record, requestId);
    const { environment, cold } = this.#environments.acquire(record, { requestId, at });
    const thread = this.#thread(record, environment.logStreamName);
    const { answer, lasts, survived } = await world.clock.work(
      async () => {
        const ended = await this.#run(record, thread, { requestId, payload, at, cold });
        // The time that it lasts is the environment's: the thread is free as soon as its work is done.
        this.#threads.rest(thread);
        return { ...ended, survived: thread.alive };
      },
      (ended) => ended.lasts,
    );
    if (survived) this.#environments.release(record, environment);
    if ("failure" in answer) this.#logs.failure(record, requestId, answer.failure);
    this.#logs.end(record, requestId, lasts);
    if ("payload" in answer) return { payload: answer.payload };
    return { payload: answer.failure, functionError: "Unhandled" };
  }

  /** Everything that functions wrote, and Lambda's START, END and REPORT lines, in order. */
  logs(functionName?: string): LogLine[] {
    return this.#logs.lines(functionName);
  }

  /** Loads these functions in the background, one after another, so that nobody waits for them later. */
  async warmUp(functionNames: readonly string[]): Promise<void> {
    for (const name of functionNames) {
      if (this.#closed) return;
      const thread = this.#thread(this.#find(name), "none yet", true);
      this.#threads.rest(thread);
      await thread.loaded;
    }
  }

  /** Ends every thread, but for those that are kept. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#threads.close();
  }

  #find(functionName: string): FunctionRecord {
    if (this.#closed) throw new Error("the Lambda runner is closed");
    const record = this.#options.world.collection<FunctionRecord>(COLLECTIONS.functions).get(functionName);
    if (record) return record;
    throw new AwsError("ResourceNotFoundException", `Function not found: ${functionName}`, 404);
  }

  #thread(record: FunctionRecord, logStreamName: string, ahead = false): Thread {
    const { aws, world, network, endpointUrl, program, compileCache } = this.#options;
    return this.#threads.take(record, {
      region: record.arn.split(":")[3] ?? aws.region,
      credentials: aws.credentials(record.roleArn, record.name),
      endpointUrl: endpointUrl?.(),
      logStreamName,
      program,
      setup: { now: world.clock.now(), network: network?.(), compileCache, ahead },
    });
  }

  async #run(record: FunctionRecord, thread: Thread, call: Request): Promise<Ended> {
    const { world, latencyScale = 1 } = this.#options;
    const { coldStartMilliseconds = TYPICAL_INVOCATION.coldStartMilliseconds } = this.#options;
    const { warmMilliseconds = TYPICAL_INVOCATION.warmMilliseconds } = this.#options;
    const lasts = latencyScale * (warmMilliseconds + (call.cold ? coldStartMilliseconds : 0));
    const timedOut = { answer: { failure: timeoutOf(record, call) }, lasts: record.timeoutSeconds * 1000 };
    const hits = (fault: FaultRecord) => fault.functionName === record.name;
    if (strikes(world, "lambda-timeout", hits)) return timedOut;
    const crash = strikes(world, "lambda-crash", hits);
    if (crash && crash.when !== "after") return this.#crash(thread, call.requestId, lasts);
    const answer = await this.#invoke(record, thread, call);
    if (crash) return this.#crash(thread, call.requestId, lasts);
    return answer === undefined ? timedOut : { answer: withinLimit(answer), lasts };
  }

  #invoke(record: FunctionRecord, thread: Thread, call: Request): Promise<Answer | undefined> {
    const { network, realTimeLimitMilliseconds } = this.#options;
    const timeoutMilliseconds = record.timeoutSeconds * 1000;
    return thread.invoke(
      {
        requestId: call.requestId,
        now: call.at,
        event: call.payload,
        functionName: record.name,
        functionVersion: record.version,
        invokedFunctionArn: record.arn,
        memoryMegabytes: record.memoryMegabytes,
        timeoutMilliseconds,
        network: network?.(),
      },
      Math.min(timeoutMilliseconds, realTimeLimitMilliseconds ?? timeoutMilliseconds),
      (text) => this.#logs.write(record, call.requestId, text),
    );
  }

  async #crash(thread: Thread, requestId: string, lasts: number): Promise<Ended> {
    await thread.close();
    const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`;
    return { answer: { failure: { errorType: "Runtime.ExitError", errorMessage } }, lasts };
  }
}

/** In Lambda's words: the instant, the request, and the timeout in seconds with two decimals. */
function timeoutOf(record: FunctionRecord, call: { requestId: string; at: number }): FunctionFailure {
  const ended = new Date(call.at + record.timeoutSeconds * 1000).toISOString();
  return {
    errorType: "Sandbox.Timedout",
    errorMessage: `${ended} ${call.requestId} Task timed out after ${record.timeoutSeconds.toFixed(2)} seconds`,
  };
}

function withinLimit(answer: Answer): Answer {
  if (!("payload" in answer)) return answer;
  const size = Buffer.byteLength(JSON.stringify(answer.payload));
  if (size <= MAX_RESPONSE_BYTES) return answer;
  const errorMessage = `Response payload size (${size} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
  return { failure: { errorType: "Function.ResponseSizeTooLarge", errorMessage } };
}
