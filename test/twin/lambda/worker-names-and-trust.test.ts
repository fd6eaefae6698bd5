import { createSocket, type Socket } from "node:dgram";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packet from "dns-packet";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FunctionRecord } from "../../../lib/twin/aws/backends.ts";
import { VirtualClock } from "../../../lib/twin/clock.ts";
import { LambdaRunner } from "../../../lib/twin/lambda/runner.ts";
import type { NetworkSnapshot } from "../../../lib/twin/network/contract.ts";
import { COLLECTIONS } from "../../../lib/twin/world/records.ts";
import { type Json, World } from "../../../lib/twin/world/world.ts";
import { selfSigned } from "./self-signed-certificate.ts";
import { workerProgram } from "./worker-program.ts";

const START = Date.UTC(2031, 4, 6);
const DAY = 86_400_000;

let worker: Awaited<ReturnType<typeof workerProgram>>;
beforeAll(async () => {
  worker = await workerProgram();
});
afterAll(() => worker.remove());

let directory: string;
let clock: VirtualClock;
let runner: LambdaRunner;
let network: NetworkSnapshot;
let world: World;
const cleanUp: (() => void)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "strata-lambda-"));
  clock = new VirtualClock(START);
  world = new World(clock, 7);
  network = { hosts: {}, tcp: {}, dns: {}, trustedRoots: [] };
  const credentials = () => ({ accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" });
  runner = new LambdaRunner({
    world,
    aws: { region: "us-east-1", credentials },
    network: () => network,
    program: worker.program,
  });
});

afterEach(async () => {
  await runner.close();
  for (const step of cleanUp.splice(0)) step();
  rmSync(directory, { recursive: true, force: true });
});

async function run(source: string, payload: Json = {}): Promise<Json> {
  const codeDirectory = join(directory, "code");
  mkdirSync(codeDirectory, { recursive: true });
  writeFileSync(join(codeDirectory, "index.mjs"), source);
  world.collection<FunctionRecord>(COLLECTIONS.functions).set("fn", {
    name: "fn",
    arn: "arn:aws:lambda:us-east-1:111122223333:function:fn:1",
    roleArn: "arn:aws:iam::111122223333:role/fn",
    version: "1",
    codeDirectory,
    handler: "index.handler",
    timeoutSeconds: 20,
    memoryMegabytes: 128,
    environment: {},
  });
  let answer: Json | undefined;
  runner.invoke("fn", payload).then((result) => {
    answer = result.payload;
  });
  await clock.runUntil(() => answer !== undefined);
  return answer as Json;
}

/** A DNS server that answers every A question with one address. */
async function nameServer(address: string): Promise<number> {
  const socket: Socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    const { id, questions = [] } = packet.decode(message);
    const [question] = questions;
    const answers =
      question?.type === "A" ? [{ type: "A" as const, name: question.name, ttl: 60, data: address }] : [];
    socket.send(
      packet.encode({ type: "response", ...(id === undefined ? {} : { id }), questions, answers }),
      from.port,
    );
  });
  cleanUp.push(() => socket.close());
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return socket.address().port;
}

describe("names inside a function", () => {
  it("are asked of the name server that a resolver was set to", async () => {
    network = { ...network, dns: { "198.51.100.53": await nameServer("203.0.113.7") } };
    const answer = await run(`import { Resolver } from "node:dns/promises";
      export const handler = async () => {
        const resolver = new Resolver({ timeout: 20_000, tries: 1 });
        resolver.setServers(["198.51.100.53"]);
        return resolver.resolve4("shop.example.org");
      };`);
    expect(answer).toEqual(["203.0.113.7"]);
  });

  it("time out at a name server that is not there, in callbacks and promises", async () => {
    const answer = await run(`import dns from "node:dns";
      export const handler = async () => {
        const plain = new dns.Resolver(); plain.setServers(["198.51.100.53"]);
        const promised = new dns.promises.Resolver(); promised.setServers(["198.51.100.53"]);
        const first = await new Promise((resolve) => plain.resolveNs("example.org", (error) => resolve(error.code)));
        const second = await promised.resolveTxt("example.org").catch((error) => error.code);
        return [first, second];
      };`);
    expect(answer).toEqual(["ETIMEOUT", "ETIMEOUT"]);
  });

  it("are looked up in the hosts first and at the default server then", async () => {
    network = {
      ...network,
      hosts: { "eks.amazonaws.test": ["10.0.0.9"] },
      dns: { default: await nameServer("203.0.113.8") },
    };
    const answer = await run(`import { lookup } from "node:dns/promises";
      import { resolve4 } from "node:dns/promises";
      export const handler = async () => [
        await lookup("eks.amazonaws.test"),
        await lookup("elsewhere.example.org", { all: true }),
        await resolve4("elsewhere.example.org"),
      ];`);
    expect(answer).toEqual([
      { address: "10.0.0.9", family: 4 },
      [{ address: "203.0.113.8", family: 4 }],
      ["203.0.113.8"],
    ]);
  });
});

describe("TLS inside a function", () => {
  /** OpenSSL's own clock is the real one, so each certificate here is outside its time for one of the two. */
  async function secureServer(
    notBefore: number,
    notAfter: number,
  ): Promise<{ port: number; certificate: string }> {
    const { certificate, key } = selfSigned("shop.example.org", new Date(notBefore), new Date(notAfter));
    const server = createServer({ key, cert: certificate }, (_, response) => response.end("secure"));
    cleanUp.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { port: (server.address() as AddressInfo).port, certificate };
  }

  const source = `export const handler = async ({ host }) => {
    try { return await (await fetch("https://" + host + "/")).text(); }
    catch (error) { return error.cause?.code ?? String(error); }
  };`;
  const reachable = (port: number): NetworkSnapshot => ({
    ...network,
    hosts: { "shop.example.org": ["203.0.113.9"], "other.example.org": ["203.0.113.9"] },
    tcp: { "203.0.113.9:443": { host: "127.0.0.1", port } },
  });

  it("trusts the roots of the world, in virtual time, and no certificate beyond them", async () => {
    const { port, certificate } = await secureServer(START - DAY, START + DAY);
    network = reachable(port);
    expect(await run(source, { host: "shop.example.org" })).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    network = { ...reachable(port), trustedRoots: [certificate] };
    expect(await run(source, { host: "shop.example.org" })).toBe("secure");
    expect(await run(source, { host: "other.example.org" })).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  it("refuses a certificate whose time is not the virtual time, whatever the real one is", async () => {
    const now = Date.now();
    const { port, certificate } = await secureServer(now - DAY, now + DAY);
    network = { ...reachable(port), trustedRoots: [certificate] };
    expect(await run(source, { host: "shop.example.org" })).toBe("CERT_HAS_EXPIRED");
    const later = await secureServer(START + DAY, START + 2 * DAY);
    network = { ...reachable(later.port), trustedRoots: [later.certificate] };
    expect(await run(source, { host: "shop.example.org" })).toBe("CERT_NOT_YET_VALID");
    await clock.runTo(START + 1.5 * DAY);
    expect(await run(source, { host: "shop.example.org" })).toBe("secure");
  });

  it("trusts a connection's own authority instead when it names one", async () => {
    const { port, certificate } = await secureServer(START - DAY, START + DAY);
    network = reachable(port);
    const own = `import https from "node:https";
      export const handler = ({ ca }) => new Promise((resolve) => {
        https.get("https://shop.example.org/", { ca }, (response) => resolve(response.statusCode))
          .on("error", (error) => resolve(error.code));
      });`;
    expect(await run(own, { ca: certificate })).toBe(200);
    const stranger = selfSigned("shop.example.org", new Date(START - DAY), new Date(START + DAY));
    expect(await run(own, { ca: stranger.certificate })).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  });
});
