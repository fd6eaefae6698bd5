import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROUTES, type Route, routeKey } from "../../lib/api/routes.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import type { Json } from "../../lib/twin/world/world.ts";
import { makeRole } from "../twin/aws/fixture.ts";
import { type Reached, request } from "./api-request.ts";
import { withTwin } from "./run-twin.ts";

/** One twin for all: nothing here deploys anything. */
let twin: Twin;
let close: () => void;
let closed: Promise<void>;
beforeAll(async () => {
  await new Promise<void>((opened) => {
    closed = withTwin(undefined, (open) => {
      twin = open;
      opened();
      return new Promise((resolve) => {
        close = resolve;
      });
    });
  });
});
afterAll(async () => {
  close();
  await closed;
});

const routes = Object.values(ROUTES) as Route[];
const exampleOf = (path: string): string =>
  path.replace("{runId}", "deploy-1").replace("{layer}", "foundation");

/** Who may invoke one route more than a reader: everything else must be refused. */
const callerOf = (policy: string): string => {
  const policies = twin.world.collection<{ Statement: Json[] }>("iam.managed-policies").entries();
  const found = policies.find(([arn]) => arn.endsWith(policy));
  return makeRole(twin.world, `person-${policy}`, found?.[1].Statement ?? []);
};

/** What the world holds of runs: a bad request changes none of it. */
const state = (): string => {
  const { collections } = twin.world.save();
  return JSON.stringify([collections["dynamodb.items"], collections["states.executions"]]);
};

describe("the API, as it is deployed", () => {
  it.each(routes.map((route) => [routeKey(route), route] as const))(
    "refuses %s to who has no policy for it",
    async (_, route) => {
      const nobody = makeRole(twin.world, "nobody", []);
      const refused = await request(twin, nobody, route.method, exampleOf(route.path), { body: {} });
      expect([refused.status, refused.json]).toEqual([403, { message: "Forbidden" }]);
    },
  );

  it("lets readers read and nothing else", async () => {
    const reader = callerOf("api-reader");
    for (const route of routes) {
      const { status } = await request(twin, reader, route.method, exampleOf(route.path), { body: {} });
      expect([routeKey(route), status === 403]).toEqual([routeKey(route), route.changes]);
    }
  });

  it("starts a run once for a key, in the caller's name, and shows it", async () => {
    const operator = callerOf("api-operator");
    const body = { operation: "plan", layers: ["foundation"], reason: "by the API" };
    const headers = { "idempotency-key": "once-and-only-once" };
    const answers: Reached[] = [];
    for (let time = 0; time < 2; time += 1)
      answers.push(await request(twin, operator, "POST", "/runs", { body, headers }));
    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
    const { runId } = answers[0]!.json as { runId: string };
    const shown = await request(twin, operator, "GET", `/runs/${runId}`);
    expect(shown.json).toMatchObject({ runId, status: "RUNNING" });
    const listed = await request(twin, operator, "GET", "/runs?limit=1");
    expect(listed.json).toMatchObject({ runs: [{ runId }] });
    expect(JSON.stringify(listed.json)).not.toContain("undefined");
  });

  it("describes itself", async () => {
    const { status, json } = await request(twin, callerOf("api-reader"), "GET", "/openapi.json");
    expect(status).toBe(200);
    expect(Object.keys((json as { paths: object }).paths)).toHaveLength(
      new Set(routes.map(({ path }) => path)).size,
    );
  });
});

/** Wrong in every way that a schema knows, and some that it does not. */
const BAD_BODIES: unknown[] = [
  "{",
  "null",
  "[]",
  '"text"',
  "1e999",
  { operation: "explode", reason: "x" },
  { operation: "deploy", reason: "" },
  { operation: "deploy", reason: "x", layers: [] },
  { operation: "deploy", reason: "x", layers: ["__proto__"] },
  { operation: "deploy", reason: "x", approval: "sometimes" },
  { operation: "deploy", reason: "x", requestedBy: "the king" },
  { decision: "approve", digest: "short" },
  { decision: "perhaps", digest: "a".repeat(64) },
  { layers: "foundation" },
  { layers: [1] },
  { backup: "../../etc" },
  { reason: 1, unknown: true },
  { reason: "x".repeat(5_000), extra: "y" },
  JSON.stringify({ operation: "deploy", reason: "x" }).replace("deploy", "depl\\u0000oy"),
];
const BAD_PATHS = ["%00", "a b", "..%2F..", "x".repeat(200), "%F0%9F%92%A5", "%zz"];
const BAD_QUERIES = [
  "limit=0",
  "limit=101",
  "limit=abc",
  "cursor=",
  "cursor=%00",
  "status=HAPPY",
  "unknown=1",
];

interface BadRequest {
  readonly route: Route;
  readonly url: string;
  readonly body?: unknown;
}

function badRequests(route: Route): BadRequest[] {
  const url = exampleOf(route.path);
  const bodies = route.body ? BAD_BODIES.map((body) => ({ route, url, body })) : [];
  const paths = route.path.includes("{")
    ? BAD_PATHS.map((bad) => ({ route, url: route.path.replaceAll(/\{\w+\}/g, bad), body: {} }))
    : [];
  const queries = route.query
    ? BAD_QUERIES.filter((query) => route.operationId === "listRuns" || !query.startsWith("status"))
    : [];
  return [...bodies, ...paths, ...queries.map((query) => ({ route, url: `${url}?${query}` }))];
}

/** Said in the API's own words, or in API Gateway's where the request never came through. */
function isRefusal({ status, type, json }: Reached): boolean {
  const told = json as { status?: number; detail?: string; message?: string };
  const isProblem = type === "application/problem+json" && told.status === status && Boolean(told.detail);
  return status >= 400 && status < 500 && (isProblem || Boolean(told.message));
}

describe("bad input", () => {
  it.each(
    routes.filter((route) => badRequests(route).length > 0).map((route) => [routeKey(route), route] as const),
  )("is answered 4xx by %s, and changes nothing", async (_, route) => {
    const root = `arn:aws:iam::${twin.aws.accountId}:root`;
    const before = state();
    const wrong: string[] = [];
    for (const { url, body } of badRequests(route)) {
      const answered = await request(twin, root, route.method, url, { body });
      if (!isRefusal(answered)) wrong.push(`${url} ${JSON.stringify(body)}: ${JSON.stringify(answered)}`);
    }
    expect(wrong).toEqual([]);
    expect(state()).toBe(before);
  });
});
