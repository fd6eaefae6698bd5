import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { FunctionRecord } from "../../../lib/twin/aws/backends.ts";
import { VirtualClock } from "../../../lib/twin/clock.ts";
import { KeptThreads } from "../../../lib/twin/lambda/kept-threads.ts";
import { LambdaRunner } from "../../../lib/twin/lambda/runner.ts";
import { addFault } from "../../../lib/twin/world/faults.ts";
import { COLLECTIONS } from "../../../lib/twin/world/records.ts";
import { type Json, World } from "../../../lib/twin/world/world.ts";
import { workerProgram } from "./worker-program.ts";

/** Counts its calls, and asks the simulated AWS over connections that it keeps open. */
const COUNTING = `
  import { Agent, get } from "node:http";
  const agent = new Agent({ keepAlive: true });
  let calls = 0;
  const ask = () => new Promise((resolve, reject) =>
    get(process.env.AWS_ENDPOINT_URL, { agent }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk)).on("end", () => resolve(text));
    }).on("error", reject));
  export const handler = async () => ({
    calls: ++calls, now: Date.now(), answer: await ask(), stream: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  });`;

let worker: Awaited<ReturnType<typeof workerProgram>>;
let directory: string;
let kept: KeptThreads;
beforeAll(async () => {
  worker = await workerProgram();
});
afterAll(() => worker.remove());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "strata-kept-"));
  mkdirSync(join(directory, "fn"));
  writeFileSync(join(directory, "fn", "index.mjs"), COUNTING);
  kept = new KeptThreads();
});
afterEach(async () => {
  await kept.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Life {
  readonly world: World;
  call(): Promise<Json>;
  readonly runner: LambdaRunner;
  end(): Promise<void>;
}

/** A world of its own with the same function in it, and a simulated AWS that says its name. */
async function live(name: string, now: number, changes: Partial<FunctionRecord> = {}): Promise<Life> {
  const clock = new VirtualClock(now);
  const world = new World(clock, 7);
  const server: Server = createServer((_, response) => void response.end(name));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  world.collection<FunctionRecord>(COLLECTIONS.functions).set("fn", {
    name: "fn",
    arn: "arn:aws:lambda:eu-central-1:111122223333:function:fn:1",
    roleArn: "arn:aws:iam::111122223333:role/fn",
    version: "1",
    codeDirectory: join(directory, "fn"),
    handler: "index.handler",
    timeoutSeconds: 10,
    memoryMegabytes: 128,
    environment: {},
    ...changes,
  });
  const runner = new LambdaRunner({
    world,
    aws: {
      region: "eu-central-1",
      credentials: () => ({ accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" }),
    },
    endpointUrl: () => `http://127.0.0.1:${port}`,
    program: worker.program,
    kept,
  });
  return {
    world,
    runner,
    async call() {
      let ended: { payload: Json } | undefined;
      void runner.invoke("fn", {}).then((answer) => {
        ended = answer;
      });
      await clock.runUntil(() => ended !== undefined);
      return ended?.payload ?? null;
    },
    async end() {
      await runner.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const FIRST = Date.UTC(2031, 4, 6);
const SECOND = Date.UTC(2030, 0, 1);

it("goes on in the next world: at its time, with its simulated AWS, and cold as far as anybody there can see", async () => {
  const first = await live("first", FIRST);
  const before = (await first.call()) as { calls: number; stream: string };
  expect(before).toMatchObject({ calls: 1, answer: "first" });
  await first.end();

  const second = await live("second", SECOND);
  const started = second.world.clock.now();
  const after = (await second.call()) as { calls: number; now: number; stream: string };
  expect(after).toMatchObject({ calls: 2, now: started, answer: "second" });
  expect(after.stream).toMatch(/^2030\/01\/01\//);
  expect(second.world.clock.now() - started).toBeGreaterThan(300);
  await second.end();
});

it("never serves two at once, nor another function or role", async () => {
  const first = await live("first", FIRST);
  await first.call();
  await first.end();
  const [second, third] = [await live("second", FIRST), await live("third", FIRST)];
  const other = await live("other", FIRST, { roleArn: "arn:aws:iam::111122223333:role/other" });
  expect(await other.call()).toMatchObject({ calls: 1 });
  expect(await second.call()).toMatchObject({ calls: 2 });
  expect(await third.call()).toMatchObject({ calls: 1, answer: "third" });
  await Promise.all([second.end(), third.end(), other.end()]);
});

it("is not kept when it has crashed", async () => {
  const first = await live("first", FIRST);
  addFault(first.world, { kind: "lambda-crash", functionName: "fn", remaining: 1, when: "after" });
  await first.call();
  await first.end();
  const second = await live("second", FIRST);
  expect(await second.call()).toMatchObject({ calls: 1 });
  await second.end();
});
