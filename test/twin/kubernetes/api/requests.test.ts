import { Agent, request as httpsRequest } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClusterRecord, COLLECTIONS } from "../../../../lib/twin/world/records.ts";
import { type FrontFixture, frontFixture } from "./front-fixture.ts";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly warnings: string | undefined;
  readonly body: {
    kind?: string;
    reason?: string;
    code?: number;
    message?: string;
    [field: string]: unknown;
  };
  readonly text: string;
}

type Headers = Record<string, string | string[]>;

let fixture: FrontFixture;
let token: string;
const agent = new Agent({ keepAlive: true });
beforeAll(async () => {
  fixture = await frontFixture("prod");
  token = /token: (\S+)/.exec(fixture.front.kubeconfig("prod"))?.[1] ?? "";
});
afterAll(() => {
  agent.destroy();
  return fixture.front.close();
});

function send(method: string, path: string, headers: Headers = {}, body?: string | Buffer): Promise<Answer> {
  const cluster = fixture.world.collection<ClusterRecord>(COLLECTIONS.clusters).get("prod");
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: "127.0.0.1",
        port: fixture.front.port,
        servername: cluster?.endpoint.replace("https://", "").toLowerCase() ?? "",
        ca: Buffer.from(cluster?.certificateAuthority ?? "", "base64"),
        method,
        path,
        agent,
        headers: { authorization: `Bearer ${token}`, ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const type = response.headers["content-type"] ?? "";
          const warnings = response.headers.warning as string | undefined;
          const isJson = text.startsWith("{");
          resolve({
            status: response.statusCode ?? 0,
            type,
            warnings,
            text,
            body: isJson ? JSON.parse(text) : {},
          });
        });
      },
    );
    request.setTimeout(10_000, () => request.destroy(new Error(`${method} ${path} hangs`)));
    request.on("error", reject);
    request.end(body);
  });
}

const JSON_BODY = { "content-type": "application/json" };
const PODS = "/api/v1/namespaces/default/pods";
const MAPS = "/api/v1/namespaces/default/configmaps";

describe("what the server does not know", () => {
  it.each<[string, string, string, Headers, string | Buffer | undefined, number, string]>([
    ["a group that is not served", "GET", "/apis/nowhere.io/v1/things", {}, undefined, 404, "NotFound"],
    ["a version that is not served", "GET", "/apis/apps/v1beta1/deployments", {}, undefined, 404, "NotFound"],
    ["a path of no meaning", "GET", "/favicon.ico", {}, undefined, 404, "NotFound"],
    ["a path with broken escapes", "GET", "/api/v1/namespaces/%zz/pods/%", {}, undefined, 404, "NotFound"],
    ["a path that goes too deep", "GET", `${PODS}/a/b/c/d`, {}, undefined, 404, "NotFound"],
    ["a name that climbs", "GET", `${PODS}/..%2f..%2fsecrets`, {}, undefined, 404, "NotFound"],
    ["a subresource of nobody", "GET", `${MAPS}/a/status`, {}, undefined, 404, "NotFound"],
    ["an object that is not there", "GET", `${PODS}/none`, {}, undefined, 404, "NotFound"],
    ["a method of no verb", "OPTIONS", PODS, {}, undefined, 405, "MethodNotAllowed"],
    ["a PUT on a collection", "PUT", MAPS, JSON_BODY, "{}", 405, "MethodNotAllowed"],
    ["a POST on an object", "POST", `${MAPS}/a`, JSON_BODY, "{}", 405, "MethodNotAllowed"],
    ["a POST on discovery", "POST", "/apis", JSON_BODY, "{}", 405, "MethodNotAllowed"],
    ["a body that is no JSON", "POST", MAPS, JSON_BODY, "{", 400, "BadRequest"],
    ["no body", "POST", MAPS, JSON_BODY, undefined, 400, "BadRequest"],
    ["a body that is null", "POST", MAPS, JSON_BODY, "null", 400, "BadRequest"],
    ["a body that is a list", "POST", MAPS, JSON_BODY, "[]", 400, "BadRequest"],
    [
      "a body of another kind",
      "POST",
      MAPS,
      JSON_BODY,
      '{"kind":"Pod","apiVersion":"v1"}',
      400,
      "BadRequest",
    ],
    ["metadata that is a text", "POST", MAPS, JSON_BODY, '{"metadata":"x"}', 400, "BadRequest"],
    ["a name that is a number", "POST", MAPS, JSON_BODY, '{"metadata":{"name":5}}', 400, "BadRequest"],
    [
      "labels that are a list",
      "POST",
      MAPS,
      JSON_BODY,
      '{"metadata":{"name":"a","labels":[1]}}',
      400,
      "BadRequest",
    ],
    [
      "data that is a number",
      "POST",
      MAPS,
      JSON_BODY,
      '{"metadata":{"name":"a"},"data":{"a":1}}',
      400,
      "BadRequest",
    ],
    [
      "a body that is nested without end",
      "POST",
      MAPS,
      JSON_BODY,
      `{"data":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
      400,
      "BadRequest",
    ],
    [
      "a form that nobody reads",
      "POST",
      MAPS,
      { "content-type": "text/plain" },
      "a=b",
      415,
      "UnsupportedMediaType",
    ],
    [
      "protobuf of no known kind",
      "POST",
      MAPS,
      { "content-type": "application/vnd.kubernetes.protobuf" },
      Buffer.from("k8s\0\n\x08\n\x02v1\x12\x02Xx"),
      415,
      "UnsupportedMediaType",
    ],
    [
      "protobuf that breaks off",
      "POST",
      MAPS,
      { "content-type": "application/vnd.kubernetes.protobuf" },
      Buffer.from("k8s\0\n\xff\xff\xff", "latin1"),
      400,
      "BadRequest",
    ],
    [
      "a patch of no known type",
      "PATCH",
      `${MAPS}/kube-root-ca.crt`,
      { "content-type": "application/x-patch+json" },
      "{}",
      415,
      "UnsupportedMediaType",
    ],
    [
      "a JSON patch that is no list",
      "PATCH",
      `${MAPS}/kube-root-ca.crt`,
      { "content-type": "application/json-patch+json" },
      "{}",
      400,
      "BadRequest",
    ],
    [
      "an apply without a manager",
      "PATCH",
      `${MAPS}/x`,
      { "content-type": "application/apply-patch+yaml" },
      "{}",
      400,
      "BadRequest",
    ],
    [
      "an answer in protobuf alone",
      "GET",
      PODS,
      { accept: "application/vnd.kubernetes.protobuf" },
      undefined,
      406,
      "NotAcceptable",
    ],
    ["an answer as a picture", "GET", PODS, { accept: "image/png" }, undefined, 406, "NotAcceptable"],
    ["a limit that is no number", "GET", `${PODS}?limit=ten`, {}, undefined, 400, "BadRequest"],
    ["a token of nobody for the next page", "GET", `${PODS}?continue=abc`, {}, undefined, 400, "BadRequest"],
    ["a token of the wrong make", "GET", `${PODS}?continue=NQ`, {}, undefined, 400, "BadRequest"],
    ["a version that is no number", "GET", `${PODS}?resourceVersion=x`, {}, undefined, 400, "BadRequest"],
    ["a version that is not reached", "GET", `${PODS}?resourceVersion=999999`, {}, undefined, 504, "Timeout"],
    [
      "a version that is past",
      "GET",
      `${PODS}?resourceVersion=1&resourceVersionMatch=Exact`,
      {},
      undefined,
      410,
      "Expired",
    ],
    ["a selector of no sense", "GET", `${PODS}?labelSelector=a%20b%20c`, {}, undefined, 400, "BadRequest"],
    [
      "a watch from a version that is not reached",
      "GET",
      `${PODS}?watch=1&resourceVersion=999999`,
      {},
      undefined,
      504,
      "Timeout",
    ],
    [
      "a shell in a pod that is not there",
      "POST",
      `${PODS}/none/exec?command=sh`,
      {},
      undefined,
      404,
      "NotFound",
    ],
    [
      "groups to be without a user to be",
      "GET",
      PODS,
      { "impersonate-group": "a" },
      undefined,
      400,
      "BadRequest",
    ],
  ])("is a Status: %s", async (_what, method, path, headers, body, status, reason) => {
    const answer = await send(method, path, headers, body);
    expect([answer.status, answer.body.kind, answer.body.reason, answer.body.code]).toEqual([
      status,
      "Status",
      reason,
      status,
    ]);
    expect(answer.text).not.toMatch(/\bat .*\.ts:\d+/);
  });

  it("says 413 to a body above three megabytes, after reading it, and takes one just below", async () => {
    const body = (size: number): string =>
      JSON.stringify({ metadata: { name: "big" }, data: { a: "x".repeat(size) } });
    const large = await send("POST", MAPS, JSON_BODY, body(3 * 1024 * 1024));
    expect([large.status, large.body.reason]).toEqual([413, "RequestEntityTooLarge"]);
    expect((await send("POST", `${MAPS}?dryRun=All`, JSON_BODY, body(1024 * 1024))).status).toBe(201);
  });

  it("survives whatever stands in a path, a query or a body", async () => {
    let seed = 7;
    const draw = (count: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % count;
    };
    const words = [
      "api",
      "apis",
      "v1",
      "apps",
      "namespaces",
      "default",
      "pods",
      "status",
      "scale",
      "%00",
      "..",
      "é",
      "watch",
      "*",
      "~",
      "proxy",
    ];
    const values = [
      "null",
      "[]",
      "{}",
      '"x"',
      "-1",
      "1e999",
      '{"a":{"a":[null]}}',
      '{"metadata":{"name":""}}',
      '{"spec":{"containers":5}}',
    ];
    const pick = (list: readonly string[]): string => list[draw(list.length)] ?? "";
    for (let round = 0; round < 60; round++) {
      const path = `/${Array.from({ length: 1 + draw(7) }, () => encodeURI(pick(words))).join("/")}?${pick(words)}=${encodeURIComponent(pick(values))}&timeoutSeconds=1`;
      const method = pick(["GET", "POST", "PUT", "PATCH", "DELETE"]);
      const { status, text } = await send(
        method,
        path.replace("watch=", "w="),
        JSON_BODY,
        method === "GET" ? undefined : `{"metadata":${pick(values)},"spec":${pick(values)}}`,
      );
      expect(
        [status < 500, text.includes(".ts:")],
        `${method} ${path} → ${status} ${text.slice(0, 200)}`,
      ).toEqual([true, false]);
    }
  });
});

describe("tokens of service accounts", () => {
  const post = (path: string, body: object, headers: Headers = {}) =>
    send("POST", path, { ...JSON_BODY, ...headers }, JSON.stringify(body));
  const request = "/api/v1/namespaces/default/serviceaccounts/default/token";

  it("are made on request, let their account in, and no longer than they say", async () => {
    const { status, body } = await post(request, { spec: { expirationSeconds: 600 } });
    expect(status).toBe(201);
    const given = (body.status as { token: string }).token;
    const me = await post(
      "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      {},
      { authorization: `Bearer ${given}` },
    );
    expect(me.body.status).toMatchObject({
      userInfo: {
        username: "system:serviceaccount:default:default",
        groups: expect.arrayContaining(["system:serviceaccounts:default"]),
      },
    });
    const review = await post("/apis/authentication.k8s.io/v1/tokenreviews", { spec: { token: given } });
    expect(review.body.status).toMatchObject({ authenticated: true });
    await fixture.clock.runTo(fixture.clock.now() + 600_000);
    expect((await send("GET", "/version", { authorization: `Bearer ${given}` })).status).toBe(401);
  });

  it("are refused when they are too short-lived, for others, or changed", async () => {
    expect((await post(request, { spec: { expirationSeconds: 599 } })).status).toBe(422);
    const { body } = await post(request, { spec: { audiences: ["sts.amazonaws.com"] } });
    const foreign = (body.status as { token: string }).token;
    expect((await send("GET", "/version", { authorization: `Bearer ${foreign}` })).status).toBe(401);
    const mine = ((await post(request, { spec: {} })).body.status as { token: string }).token;
    expect((await send("GET", "/version", { authorization: `Bearer ${mine}` })).status).toBe(200);
    expect((await send("GET", "/version", { authorization: `Bearer ${mine.slice(0, -2)}xx` })).status).toBe(
      401,
    );
  });
});

describe("other clients", () => {
  it("get a Status even for headers without end", async () => {
    const { status, body } = await send("GET", "/version", { "x-much": "a".repeat(64 * 1024) });
    expect([status, body.kind]).toEqual([431, "Status"]);
  });

  it("get all of discovery at once if they ask for it", async () => {
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    const { type, body } = await send("GET", "/apis", { accept });
    expect([type, body.kind]).toEqual([
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
      "APIGroupDiscoveryList",
    ]);
    const groups = body.items as {
      metadata: { name: string };
      versions: { resources: { resource: string; scope: string }[] }[];
    }[];
    const apps = groups.find(({ metadata }) => metadata.name === "apps");
    expect(apps?.versions[0]?.resources).toContainEqual(
      expect.objectContaining({ resource: "deployments", scope: "Namespaced" }),
    );
    expect((await send("GET", "/apis")).body.kind).toBe("APIGroupList");
  });

  it("get YAML if they prefer it, and JSON if they take anything behind protobuf", async () => {
    const yaml = await send("GET", "/api/v1/namespaces/default", { accept: "application/yaml" });
    expect([yaml.type, yaml.text]).toEqual(["application/yaml", expect.stringContaining("kind: Namespace")]);
    const any = await send("GET", "/api/v1/namespaces/default", {
      accept: "application/vnd.kubernetes.protobuf, */*",
    });
    expect([any.type, any.body.kind]).toEqual(["application/json", "Namespace"]);
  });

  it("are told of fields that a type lacks, as strictly as they ask", async () => {
    const body = JSON.stringify({ metadata: { name: "w" }, colour: "red", data: { a: "b" } });
    const post = (validation: string) =>
      send("POST", `${MAPS}?dryRun=All&fieldValidation=${validation}`, JSON_BODY, body);
    expect((await post("Strict")).body.message).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "colour"',
    );
    const warned = await post("Warn");
    expect([warned.status, warned.warnings, "colour" in warned.body]).toEqual([
      201,
      '299 - "unknown field \\"colour\\""',
      false,
    ]);
    expect((await post("Ignore")).warnings).toBeUndefined();
  });

  it("may be somebody else, if they may", async () => {
    const as = await send("GET", PODS, { "impersonate-user": "jane", "impersonate-group": ["a", "b"] });
    expect([as.status, as.body.message]).toEqual([
      403,
      expect.stringContaining('User "jane" cannot list resource "pods"'),
    ]);
  });

  it("get a bookmark at the end of a watch that asks for them", async () => {
    const { text } = await send("GET", `${PODS}?watch=1&timeoutSeconds=1&allowWatchBookmarks=true`);
    const last = JSON.parse(text.trim().split("\n").at(-1) ?? "{}") as {
      type: string;
      object: { kind: string };
    };
    expect([last.type, last.object.kind]).toEqual(["BOOKMARK", "Pod"]);
  });

  it("find every type of the API in OpenAPI, and the schemas of definitions", async () => {
    const { body } = await send("GET", "/openapi/v3/apis/apps/v1");
    const schemas = (body.components as { schemas: Record<string, { required?: string[] }> }).schemas;
    expect(schemas["io.k8s.api.apps.v1.DeploymentSpec"]?.required).toEqual(["selector", "template"]);
    expect(schemas["io.k8s.api.core.v1.Container"]).toBeDefined();
    expect((await send("GET", "/openapi/v2")).body.swagger).toBe("2.0");
  });
});
