import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer as createTcp, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FunctionRecord } from "../../../lib/twin/aws/backends.ts";
import { VirtualClock } from "../../../lib/twin/clock.ts";
import { LambdaRunner, type LambdaRunnerOptions } from "../../../lib/twin/lambda/runner.ts";
import type { NetworkSnapshot } from "../../../lib/twin/network/contract.ts";
import { addFault } from "../../../lib/twin/world/faults.ts";
import { COLLECTIONS } from "../../../lib/twin/world/records.ts";
import { type Json, World } from "../../../lib/twin/world/world.ts";
import { workerProgram } from "./worker-program.ts";

const START = Date.UTC(2031, 4, 6, 7, 8, 9);
const NETWORK: NetworkSnapshot = { hosts: {}, tcp: {}, dns: {}, trustedRoots: [] };

let worker: Awaited<ReturnType<typeof workerProgram>>;
beforeAll(async () => {
  worker = await workerProgram();
});
afterAll(() => worker.remove());

let directory: string;
let clock: VirtualClock;
let world: World;
let runners: LambdaRunner[];
let servers: Server[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "strata-lambda-"));
  clock = new VirtualClock(START);
  world = new World(clock, 7);
  runners = [];
  servers = [];
});

afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.close()));
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true, force: true });
});

const aws = {
  region: "eu-central-1",
  credentials: (roleArn: string, sessionName: string) => ({
    accessKeyId: `key of ${roleArn}`,
    secretAccessKey: "secret",
    sessionToken: sessionName,
  }),
};

function runnerWith(options: Partial<LambdaRunnerOptions> = {}): LambdaRunner {
  const runner = new LambdaRunner({ world, aws, program: worker.program, ...options });
  runners.push(runner);
  return runner;
}

function deploy(source: string, changes: Partial<FunctionRecord> & { file?: string } = {}): string {
  const { file = "index.mjs", ...record } = changes;
  const name = record.name ?? "fn";
  const codeDirectory = join(directory, name);
  mkdirSync(codeDirectory, { recursive: true });
  writeFileSync(join(codeDirectory, file), source);
  world.collection<FunctionRecord>(COLLECTIONS.functions).set(name, {
    name,
    arn: `arn:aws:lambda:eu-central-1:111122223333:function:${name}:4`,
    roleArn: "arn:aws:iam::111122223333:role/fn",
    version: "4",
    codeDirectory,
    handler: "index.handler",
    timeoutSeconds: 10,
    memoryMegabytes: 128,
    environment: { GREETING: "hello" },
    ...record,
  });
  return name;
}

async function settle<T>(promise: Promise<T>): Promise<T> {
  let done = false;
  promise.then(
    () => {
      done = true;
    },
    () => {
      done = true;
    },
  );
  await clock.runUntil(() => done);
  return promise;
}

const invoke = (runner: LambdaRunner, name: string, payload: Json = {}) =>
  settle(runner.invoke(name, payload));

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

describe("a function", () => {
  it("gets its event and its result comes back as JSON", async () => {
    const name = deploy(
      `export const handler = async (event) => ({ sum: event.a + event.b, gone: undefined });`,
    );
    expect(await invoke(runnerWith(), name, { a: 2, b: 3 })).toEqual({ payload: { sum: 5 } });
  });

  it("sees its own and Lambda's variables and nothing of this machine's environment", async () => {
    process.env.STRATA_TEST_LEAK = "leaked";
    const name = deploy(`export const handler = async () => process.env;`);
    const { payload } = await invoke(runnerWith({ endpointUrl: () => "http://127.0.0.1:4566" }), name);
    delete process.env.STRATA_TEST_LEAK;
    expect(payload).toMatchObject({
      GREETING: "hello",
      AWS_LAMBDA_FUNCTION_NAME: "fn",
      AWS_LAMBDA_FUNCTION_VERSION: "4",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_REGION: "eu-central-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_ACCESS_KEY_ID: "key of arn:aws:iam::111122223333:role/fn",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      _HANDLER: "index.handler",
    });
    expect(payload).not.toHaveProperty("STRATA_TEST_LEAK");
    expect(payload).not.toHaveProperty("PATH");
  });

  it("sees the virtual instant of its invocation, standing still", async () => {
    const name = deploy(`export const handler = async () => {
      const first = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 15));
      return [first, Date.now(), new Date().toISOString(), new Date() instanceof Date, new Date(5).getTime()];
    };`);
    const runner = runnerWith();
    const instant = new Date(START).toISOString();
    expect((await invoke(runner, name)).payload).toEqual([START, START, instant, true, 5]);
    await clock.runTo(START + 3_600_000);
    const later = (await invoke(runner, name)).payload as Json[];
    expect(later.slice(0, 2)).toEqual([START + 3_600_000, START + 3_600_000]);
  });

  it("loads a CommonJS bundle even below a package of type module", async () => {
    writeFileSync(join(directory, "package.json"), '{"type":"module"}');
    const name = deploy(`exports.handler = async () => require("node:path").basename(__filename);`, {
      file: "index.js",
    });
    expect((await invoke(runnerWith(), name)).payload).toBe("index.js");
  });

  it("loads a .js bundle as ESM when the bundle's own package says so", async () => {
    const name = deploy(`export const handler = async () => typeof require;`, { file: "index.js" });
    writeFileSync(join(directory, name, "package.json"), '{"type":"module"}');
    expect((await invoke(runnerWith(), name)).payload).toBe("undefined");
  });

  it("keeps its module between invocations and starts cold only once", async () => {
    const name = deploy(`let count = 0; export const handler = async () => ++count;`);
    const runner = runnerWith();
    expect((await invoke(runner, name)).payload).toBe(1);
    expect(clock.now() - START).toBe(395);
    expect((await invoke(runner, name)).payload).toBe(2);
    expect(clock.now() - START).toBe(415);
  });

  it("runs invocations that come while it is at work in threads of their own", async () => {
    const name = deploy(`let count = 0; export const handler = async () => ++count;`);
    const runner = runnerWith({ latencyScale: 2 });
    const both = await settle(Promise.all([runner.invoke(name, {}), runner.invoke(name, {})]));
    expect(both.map(({ payload }) => payload)).toEqual([1, 1]);
    expect(clock.now() - START).toBe(790);
  });

  it("starts cold while its only environment is still at it, in a stream of its own, and loads no bundle for that", async () => {
    const name = deploy(
      `let count = 0; export const handler = async () => [++count, process.env.AWS_LAMBDA_LOG_STREAM_NAME];`,
    );
    const runner = runnerWith();
    const first = runner.invoke(name, {});
    // The first one's work is done, and the time that it lasts has not passed.
    await clock.runTo(START + 100);
    const second = await settle(runner.invoke(name, {}));
    expect(clock.now() - START).toBe(495);
    const [[, stream], [count, other]] = [(await first).payload, second.payload] as [Json[], Json[]];
    expect([count, other === stream]).toEqual([2, false]);
    const again = (await invoke(runner, name)).payload as Json[];
    expect(again).toEqual([3, stream]);
    expect(clock.now() - START).toBe(515);
  });

  it("starts cold again when its environment has changed", async () => {
    const source = `let count = 0; export const handler = async () => [++count, process.env.GREETING];`;
    const name = deploy(source);
    const runner = runnerWith();
    await invoke(runner, name);
    deploy(source, { environment: { GREETING: "bye" } });
    expect((await invoke(runner, name)).payload).toEqual([1, "bye"]);
  });

  it("writes log lines that are kept with their invocation", async () => {
    const name = deploy(
      `export const handler = async () => { console.log("one\\ntwo"); console.error("three"); };`,
    );
    const runner = runnerWith();
    expect((await invoke(runner, name)).payload).toBeNull();
    const lines = runner.logs(name);
    expect(lines.map(({ message }) => message.split(" ")[0]?.split("\t")[0])).toEqual([
      "START",
      "one",
      "two",
      "three",
      "END",
      "REPORT",
    ]);
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(1);
  });
});

describe("a function that fails", () => {
  it("returns the error's name, message and trace as an unhandled error", async () => {
    const name = deploy(`class NotReadyError extends Error { name = "NotReadyError" }
      export const handler = async () => { throw new NotReadyError("not yet"); };`);
    const result = await invoke(runnerWith(), name);
    expect(result).toMatchObject({
      functionError: "Unhandled",
      payload: { errorType: "NotReadyError", errorMessage: "not yet" },
    });
    expect((result.payload as { trace: string[] }).trace[0]).toBe("NotReadyError: not yet");
  });

  it("fails with Lambda's own names when there is no module or no handler in it", async () => {
    const runner = runnerWith();
    const noExport = deploy(`export const other = 1;`, { name: "no-export" });
    const noFile = deploy(``, { name: "no-file", handler: "main.handler" });
    const callback = deploy(`export const handler = (event, context, done) => done(null, 1);`, {
      name: "callback",
    });
    const typeOf = async (name: string) =>
      ((await invoke(runner, name)).payload as { errorType: string }).errorType;
    expect(await typeOf(noExport)).toBe("Runtime.HandlerNotFound");
    expect(await typeOf(noFile)).toBe("Runtime.ImportModuleError");
    expect(await typeOf(callback)).toBe("Runtime.CallbackHandlerDeprecated");
  });

  it("times out in Lambda's words after its own timeout of virtual time, and loses what it remembered", async () => {
    const name = deploy(
      `let count = 0; export const handler = async (event) => { count++; if (event.hang) await new Promise(() => {}); return count; };`,
      { timeoutSeconds: 30 },
    );
    const runner = runnerWith({ realTimeLimitMilliseconds: 1000 });
    const { payload, functionError } = await invoke(runner, name, { hang: true });
    expect(functionError).toBe("Unhandled");
    expect((payload as { errorMessage: string }).errorMessage).toMatch(
      /^2031-05-06T07:08:39\.000Z [0-9a-f-]{36} Task timed out after 30\.00 seconds$/,
    );
    expect(clock.now() - START).toBe(30_000);
    expect((await invoke(runner, name)).payload).toBe(1);
  });

  it("fails with the runtime's exit when it ends its process, and the next invocation is cold", async () => {
    const name = deploy(
      `export const handler = async (event) => { if (event.exit) process.exit(3); return "fine"; };`,
    );
    const runner = runnerWith();
    expect((await invoke(runner, name, { exit: true })).payload).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringContaining("exit status 3"),
    });
    expect((await invoke(runner, name)).payload).toBe("fine");
  });

  it("rejects the invocation of a function that does not exist", async () => {
    await expect(settle(runnerWith().invoke("nobody", {}))).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
  });
});

describe("a fault of the world", () => {
  it("crashes the function as often as it remains", async () => {
    const name = deploy(`export const handler = async () => "fine";`);
    addFault(world, { kind: "lambda-crash", functionName: name, remaining: 1 });
    const runner = runnerWith();
    expect(await invoke(runner, name)).toMatchObject({
      functionError: "Unhandled",
      payload: { errorType: "Runtime.ExitError" },
    });
    expect(await invoke(runner, name)).toEqual({ payload: "fine" });
  });

  it("crashes after the work is done when it says so", async () => {
    const marker = join(directory, "done");
    const name = deploy(`import { writeFileSync } from "node:fs";
      export const handler = async () => { writeFileSync(${JSON.stringify(marker)}, "x"); };`);
    addFault(world, { kind: "lambda-crash", functionName: name, remaining: 1, when: "after" });
    expect(await invoke(runnerWith(), name)).toMatchObject({ functionError: "Unhandled" });
    const { existsSync } = await import("node:fs");
    expect(existsSync(marker)).toBe(true);
  });

  it("lets the function's timeout pass without any real waiting", async () => {
    const name = deploy(`export const handler = async () => "fine";`, { timeoutSeconds: 900 });
    addFault(world, { kind: "lambda-timeout", functionName: name, remaining: 1 });
    const { payload } = await invoke(runnerWith(), name);
    expect(payload).toMatchObject({ errorType: "Sandbox.Timedout" });
    expect(clock.now() - START).toBe(900_000);
  });
});

describe("the network of a function", () => {
  const probe = `import http from "node:http";
    export const handler = async ({ url }) => new Promise((resolve) => {
      http.get(url, (response) => {
        let body = "";
        response.on("data", (part) => (body += part)).on("end", () => resolve(body));
      }).on("error", (error) => resolve(error.code));
    });`;

  it("reaches the simulated AWS and sockets that the snapshot maps, by name and address", async () => {
    const endpoint = await listen(createHttp((_, response) => response.end("aws")));
    const service = await listen(
      createHttp((request, response) => response.end(`for ${request.headers.host}`)),
    );
    const network = {
      ...NETWORK,
      hosts: { "shop.example.org": ["10.1.2.3"] },
      tcp: { "10.1.2.3:80": { host: "127.0.0.1", port: service } },
    };
    const runner = runnerWith({ endpointUrl: () => `http://127.0.0.1:${endpoint}`, network: () => network });
    const name = deploy(probe);
    expect((await invoke(runner, name, { url: `http://127.0.0.1:${endpoint}/` })).payload).toBe("aws");
    expect((await invoke(runner, name, { url: "http://shop.example.org/" })).payload).toBe(
      "for shop.example.org",
    );
    expect((await invoke(runner, name, { url: "http://10.1.2.3/" })).payload).toBe("for 10.1.2.3");
  });

  it("reaches nothing else, not even a server of this machine", async () => {
    const other = await listen(createTcp((socket) => socket.end("no")));
    const runner = runnerWith({ endpointUrl: () => "http://127.0.0.1:9", network: () => NETWORK });
    const name = deploy(probe);
    expect((await invoke(runner, name, { url: `http://127.0.0.1:${other}/` })).payload).toBe("ENETUNREACH");
    expect((await invoke(runner, name, { url: "http://192.0.2.1/" })).payload).toBe("ENETUNREACH");
    expect((await invoke(runner, name, { url: "http://unknown.example.org/" })).payload).toBe("EAI_AGAIN");
  });

  it("uses the snapshot of each invocation, warm or not", async () => {
    const service = await listen(createHttp((_, response) => response.end("here")));
    let network: NetworkSnapshot = NETWORK;
    const runner = runnerWith({ network: () => network });
    const name = deploy(probe);
    expect((await invoke(runner, name, { url: "http://10.0.0.1/" })).payload).toBe("ENETUNREACH");
    network = { ...NETWORK, tcp: { "10.0.0.1:80": { host: "127.0.0.1", port: service } } };
    expect((await invoke(runner, name, { url: "http://10.0.0.1/" })).payload).toBe("here");
  });

  it("works for fetch too", async () => {
    const service = await listen(createHttp((_, response) => response.end("fetched")));
    const network = {
      ...NETWORK,
      hosts: { "shop.example.org": ["10.1.2.3"] },
      tcp: { "10.1.2.3:8080": { host: "127.0.0.1", port: service } },
    };
    const name = deploy(`export const handler = async ({ url }) => {
      try { return await (await fetch(url)).text(); } catch (error) { return error.cause?.code ?? String(error); }
    };`);
    const runner = runnerWith({ network: () => network });
    expect((await invoke(runner, name, { url: "http://shop.example.org:8080/" })).payload).toBe("fetched");
    expect((await invoke(runner, name, { url: "http://shop.example.org:8081/" })).payload).toBe(
      "ENETUNREACH",
    );
  });
});
