import type { ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import * as z from "zod";
import { clusterReader } from "../../../lib/clients/kubernetes/client.ts";
import { KubernetesError } from "../../../lib/clients/kubernetes/errors.ts";
import { connectHttp, type Deadlines } from "../../../lib/clients/kubernetes/http.ts";
import { NODES } from "../../../lib/clients/kubernetes/resources.ts";
import { attempt } from "../../../lib/gates/observing.ts";
import { SELF_SIGNED } from "../self-signed.ts";

/** What must never be seen outside of the Authorization header. */
const TOKEN = "k8s-aws-v1.c2VlZGVkLXRva2Vu";
const Named = z.object({ metadata: z.object({ name: z.string() }) });

type Answer = (response: ServerResponse, authorization: string, path: string) => void;
let answers: Answer[] = [];
let server: Server;
let port = 0;
beforeAll(async () => {
  server = createServer({ cert: SELF_SIGNED.cert, key: SELF_SIGNED.key }, (request, response) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(response, request.headers.authorization ?? "", request.url ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answers = [];
});

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(JSON.stringify(body));
/** As some proxies do with what they refuse: everything that was sent comes back. */
const echo =
  (status: number): Answer =>
  (response, authorization) =>
    response.writeHead(status).end(`you sent authorization: ${authorization}`);

interface Connection {
  readonly host?: string;
  readonly certificateAuthority?: string;
  readonly deadlines?: Deadlines;
}
async function read({ host = "localhost", certificateAuthority = SELF_SIGNED.cert, deadlines }: Connection) {
  const waits: number[] = [];
  const http = connectHttp({ endpoint: `https://${host}:${port}`, certificateAuthority }, deadlines);
  const reader = clusterReader(
    http,
    async () => TOKEN,
    async (milliseconds) => waits.push(milliseconds),
  );
  try {
    const reading = await attempt(reader.get(NODES, { name: "n" }, Named));
    return { reading, waits };
  } finally {
    http.close();
  }
}

it("reads over TLS that the cluster's own authority signed, with the token in the header", async () => {
  let sent = "";
  answers = [
    (response, authorization) => {
      sent = authorization;
      response.end(JSON.stringify({ metadata: { name: "n" } }));
    },
  ];
  const { reading } = await read({});
  expect(reading).toEqual({ read: true, value: { metadata: { name: "n" } } });
  expect(sent).toBe(`Bearer ${TOKEN}`);
});

it.each([
  ["a certificate of another authority", { certificateAuthority: "" }, /self-signed certificate/],
  ["a certificate of another name", { host: "127.0.0.1" }, /does not match certificate's altnames/],
])("rejects %s before it sends anything", async (_, connection, why) => {
  let asked = false;
  answers = [() => (asked = true)];
  const { reading, waits } = await read(connection);
  expect(reading).toMatchObject({ read: false, problem: expect.stringMatching(why) });
  expect({ asked, waits }).toEqual({ asked: false, waits: [] });
});

it("takes Retry-After in seconds from the wire, and leaves dates to its own waits", async () => {
  const found = json(200, { metadata: { name: "n" } });
  answers = [json(429, {}, { "retry-after": "3" }), found];
  expect((await read({})).waits).toEqual([3_000]);
  answers = [json(503, {}, { "retry-after": "Fri, 27 Nov 2026 10:00:00 GMT" }), found];
  expect((await read({})).waits).toEqual([200]);
});

it("does not wait for a server that accepts and says nothing", async () => {
  answers = [() => undefined];
  const perAnswer = await read({ deadlines: { answerMilliseconds: 20, allMilliseconds: 5_000 } });
  expect(perAnswer.reading).toMatchObject({ problem: expect.stringContaining("nothing within 0.02 s") });
  const inAll = await read({ deadlines: { answerMilliseconds: 5_000, allMilliseconds: 20 } });
  expect(inAll.reading).toMatchObject({ problem: expect.stringContaining("longer than 0.02 s in all") });
});

it.each<[string, Answer, number]>([
  ["an unknown role", echo(401), 401],
  ["a missing right", echo(403), 403],
  ["a throttle", echo(429), 429],
  ["a fault of the server", echo(500), 500],
  ["an answer that is not JSON", echo(200), 0],
  ["an object of another shape", json(200, { metadata: { name: 7 } }), 0],
  ["a connection that breaks", (response) => response.destroy(), 0],
])("shows no token when it fails on %s", async (_, answer, status) => {
  answers = [answer];
  const http = connectHttp({ endpoint: `https://localhost:${port}`, certificateAuthority: SELF_SIGNED.cert });
  const reader = clusterReader(
    http,
    async () => TOKEN,
    async () => undefined,
  );
  const failure = await reader.get(NODES, { name: "n" }, Named).catch((error: unknown) => error);
  http.close();
  expect(failure).toBeInstanceOf(KubernetesError);
  expect((failure as KubernetesError).status).toBe(status);
  const everything = [
    inspect(failure, { depth: 20, showHidden: true }),
    JSON.stringify(failure, Object.getOwnPropertyNames(failure)),
    (failure as Error).stack,
  ].join("\n");
  expect(everything).not.toContain(TOKEN.slice("k8s-aws-v1.".length));
});

it("reads a long list over the wire: an old token, a throttle and an expired page on the way", async () => {
  const asked: string[] = [];
  const page =
    (status: number, names: string[], next?: string): Answer =>
    (response, authorization, path) => {
      asked.push(`${authorization.slice(-7)} ${path}`);
      const body = { items: names.map((name) => ({ metadata: { name } })), metadata: { continue: next } };
      response.writeHead(status).end(JSON.stringify(body));
    };
  answers = [
    page(401, []),
    page(200, ["a"], "p2"),
    page(410, []),
    page(503, []),
    page(200, ["a", "b"], "p2"),
    page(200, ["c"]),
  ];
  const http = connectHttp({ endpoint: `https://localhost:${port}`, certificateAuthority: SELF_SIGNED.cert });
  let minted = 0;
  const reader = clusterReader(
    http,
    async () => `token-${++minted}`,
    async () => undefined,
  );
  const nodes = await reader.list(NODES, {}, Named);
  http.close();
  expect(nodes.map(({ metadata }) => metadata.name)).toEqual(["a", "b", "c"]);
  const first = "/api/v1/nodes?limit=500";
  expect(asked).toEqual([
    `token-1 ${first}`,
    `token-2 ${first}`,
    `token-2 ${first}&continue=p2`,
    `token-2 ${first}`,
    `token-2 ${first}`,
    `token-2 ${first}&continue=p2`,
  ]);
});
