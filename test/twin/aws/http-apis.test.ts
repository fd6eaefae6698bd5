import { describe, expect, it } from "vitest";
import { callApi } from "../../../lib/cli/remote/api-client.ts";
import type { LambdaBackend } from "../../../lib/twin/aws/backends.ts";
import {
  AWS_COLLECTIONS,
  type HttpRouteRecord,
  type PermissionRecord,
} from "../../../lib/twin/aws/collections.ts";
import type { Json } from "../../../lib/twin/world/world.ts";
import { ACCOUNT, type Fixture, makeAws, makeRole, REGION, served } from "./fixture.ts";

const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:api`;

/** An API of one route, and what its function was handed. */
function apiOf(answer: Json, isPermitted = true): Fixture & { events: Json[] } {
  const fixture = makeAws();
  const events: Json[] = [];
  const lambda: LambdaBackend = {
    invoke: async (_, payload) => {
      events.push(payload);
      return { payload: answer };
    },
  };
  fixture.aws.connect({ lambda });
  for (const routeKey of ["GET /runs", "GET /runs/{runId}", "POST /runs"])
    fixture.world
      .collection<HttpRouteRecord>(AWS_COLLECTIONS.httpRoutes)
      .set(`api/${routeKey}`, { apiId: "api", routeKey, functionArn: FUNCTION });
  if (isPermitted)
    fixture.world.collection<PermissionRecord>(AWS_COLLECTIONS.permissions).set("api", {
      functionName: "api",
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:api/*/*/*`,
    });
  return { ...fixture, events };
}

const invokes = (resource: string): Json => ({
  Effect: "Allow",
  Action: "execute-api:Invoke",
  Resource: resource,
});
const OK = { statusCode: 200, headers: { "content-type": "application/json" }, body: '{"runs":[]}' };

function ask(fixture: Fixture, roleArn: string | undefined, path: string): Promise<Response> {
  return served(fixture.aws, (server) => {
    const key = roleArn && fixture.aws.credentials(roleArn, "ann").accessKeyId;
    const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20261124/${REGION}/execute-api/aws4_request, SignedHeaders=host, Signature=0`;
    return fetch(`${server.url}/execute-api/api${path}`, { headers: key ? { authorization } : {} });
  });
}

describe("an HTTP API", () => {
  it("hands the function the request in payload format 2.0, with IAM's word for the caller", async () => {
    const fixture = apiOf(OK);
    const role = makeRole(fixture.world, "reader", [
      invokes(`arn:aws:execute-api:${REGION}:${ACCOUNT}:api/$default/GET/runs/*`),
    ]);
    const answered = await ask(fixture, role, "/runs/deploy-1?x=1");
    expect([answered.status, await answered.json()]).toEqual([200, { runs: [] }]);
    expect(fixture.events).toMatchObject([
      {
        version: "2.0",
        routeKey: "GET /runs/{runId}",
        pathParameters: { runId: "deploy-1" },
        queryStringParameters: { x: "1" },
        requestContext: {
          authorizer: { iam: { userArn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/ann` } },
        },
      },
    ]);
  });

  it.each([
    ["an unsigned request", undefined, "/runs"],
    ["a role without a policy for the route", "outsider", "/runs"],
  ])("refuses %s with 403, and calls no function", async (_, name, path) => {
    const fixture = apiOf(OK);
    const role = name && makeRole(fixture.world, name, []);
    const answered = await ask(fixture, role, path);
    expect([answered.status, await answered.json()]).toEqual([403, { message: "Forbidden" }]);
    expect(fixture.events).toEqual([]);
  });

  it("knows no other route", async () => {
    const fixture = apiOf(OK);
    const answered = await ask(fixture, `arn:aws:iam::${ACCOUNT}:root`, "/nowhere");
    expect([answered.status, await answered.json()]).toEqual([404, { message: "Not Found" }]);
  });

  it.each([
    ["that lets API Gateway call it", "no permission", OK, false],
    ["that answers in its format", "another answer", { hello: "world" }, true],
  ])("fails with a bare 500 without a function %s", async (_, __, answer, isPermitted) => {
    const fixture = apiOf(answer, isPermitted);
    const answered = await ask(fixture, `arn:aws:iam::${ACCOUNT}:root`, "/runs");
    const message = isPermitted ? "Internal Server Error" : "Forbidden";
    expect(await answered.json()).toEqual({ message });
  });

  it("is reached by the command line's signed requests", async () => {
    const fixture = apiOf(OK);
    const root = fixture.aws.credentials(`arn:aws:iam::${ACCOUNT}:root`, "ann");
    process.env.AWS_ACCESS_KEY_ID = root.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = root.secretAccessKey;
    process.env.AWS_SESSION_TOKEN = root.sessionToken;
    try {
      const listed = await served(fixture.aws, (server) =>
        callApi({ api: `${server.url}/execute-api/api`, region: REGION }, "listRuns", {
          query: { limit: "5" },
        }),
      );
      expect(listed).toEqual({ runs: [] });
      expect(fixture.events).toMatchObject([{ queryStringParameters: { limit: "5" } }]);
    } finally {
      for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
        delete process.env[name];
    }
  });

  it("that cannot be reached is said to be so, in one paragraph", async () => {
    process.env.AWS_ACCESS_KEY_ID = "x";
    process.env.AWS_SECRET_ACCESS_KEY = "y";
    await expect(callApi({ api: "http://127.0.0.1:1", region: REGION }, "listRuns")).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:1 cannot be reached/,
    );
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
  });
});
