import { expect, it, vi } from "vitest";
import * as z from "zod";
import { clusterReader } from "../../../lib/clients/kubernetes/client.ts";
import { KubernetesError } from "../../../lib/clients/kubernetes/errors.ts";
import { DEPLOYMENTS, NODES, PODS, pathOf } from "../../../lib/clients/kubernetes/resources.ts";

const Named = z.object({ metadata: z.object({ name: z.string() }) });
const object = (name: string) => ({ metadata: { name } });
const page = (names: string[], next?: string) => ({ items: names.map(object), metadata: { continue: next } });

/** Answers in turn; the last one again and again. An Error is no answer at all. */
function server(...answers: (readonly [number, unknown, number?] | Error)[]) {
  const paths: string[] = [];
  const tokens: string[] = [];
  const http = {
    async get(path: string, token: string) {
      paths.push(path);
      tokens.push(token);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error || !answer) throw answer;
      const [status, body, retryAfterSeconds] = answer;
      return {
        status,
        body: JSON.stringify(body),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
    },
    close: () => {},
  };
  let minted = 0;
  const token = vi.fn(async () => `token-${++minted}`);
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => waits.push(milliseconds);
  return { reader: clusterReader(http, token, sleep), paths, tokens, token, waits };
}

it("spells paths of core and named groups, with and without namespace", () => {
  expect(pathOf(NODES)).toBe("/api/v1/nodes");
  expect(pathOf(PODS, { namespace: "a", name: "b" })).toBe("/api/v1/namespaces/a/pods/b");
  expect(pathOf({ group: "apps", version: "v1", resource: "deployments" })).toBe("/apis/apps/v1/deployments");
});

it("reads every page of a list", async () => {
  const { reader, paths } = server([200, page(["a", "b"], "more")], [200, page(["c"])]);
  const items = await reader.list(PODS, { namespace: "x", labelSelector: "k=v" }, Named);
  expect(items.map((item) => item.metadata.name)).toEqual(["a", "b", "c"]);
  expect(paths).toEqual([
    "/api/v1/namespaces/x/pods?limit=500&labelSelector=k%3Dv",
    "/api/v1/namespaces/x/pods?limit=500&labelSelector=k%3Dv&continue=more",
  ]);
});

it("starts over when the list expired underneath, without keeping half of it", async () => {
  const { reader } = server([200, page(["a"], "more")], [410, {}], [200, page(["b"])]);
  const items = await reader.list(PODS, {}, Named);
  expect(items.map((item) => item.metadata.name)).toEqual(["b"]);
});

it("gives up on a list that expires again and again", async () => {
  const { reader, paths } = server([410, {}]);
  await expect(reader.list(PODS, {}, Named)).rejects.toMatchObject({ status: 410 });
  expect(paths).toHaveLength(4);
});

it("mints another token once when the first is refused", async () => {
  const { reader, tokens } = server([401, {}], [200, object("n")]);
  await expect(reader.get(NODES, { name: "n" }, Named)).resolves.toEqual(object("n"));
  expect(tokens).toEqual(["token-1", "token-2"]);
});

it("fails when the second token is refused too, without showing it", async () => {
  const { reader, token } = server([401, {}]);
  const failure = await reader.get(NODES, { name: "n" }, Named).catch((error: Error) => error);
  expect(failure).toBeInstanceOf(KubernetesError);
  expect(String((failure as Error).message)).toContain("access entry");
  expect(JSON.stringify(failure)).not.toContain("token-");
  expect(token).toHaveBeenCalledTimes(2);
});

it("names verb and resource when it may not read", async () => {
  const { reader } = server([403, {}]);
  await expect(reader.list(PODS, { namespace: "x" }, Named)).rejects.toThrow(
    "list pods in namespace x is forbidden",
  );
});

it("says null for an object that is not there, and fails for a list of an unknown kind", async () => {
  const { reader } = server([404, {}]);
  await expect(reader.get(PODS, { namespace: "x", name: "y" }, Named)).resolves.toBeNull();
  await expect(reader.list(PODS, {}, Named)).rejects.toThrow(/CRD/);
});

it.each([
  [NODES, {}, "list nodes of the whole cluster is forbidden"],
  [DEPLOYMENTS, { namespace: "x" }, "list deployments.apps in namespace x is forbidden"],
])("names what it may not read with its group and place: %o", async (resource, place, words) => {
  await expect(server([403, {}]).reader.list(resource, place, Named)).rejects.toThrow(words);
});

it.each([429, 500, 503])("tries again after %i, a bounded number of times, ever later", async (status) => {
  const lucky = server([status, {}], [200, object("n")]);
  await expect(lucky.reader.get(NODES, { name: "n" }, Named)).resolves.toEqual(object("n"));
  expect(lucky.waits).toEqual([200]);
  const unlucky = server([status, {}]);
  await expect(unlucky.reader.get(NODES, { name: "n" }, Named)).rejects.toMatchObject({ status });
  expect(unlucky.waits).toEqual([200, 800, 3_200]);
});

it.each([400, 403, 404, 409])("does not try again after %i", async (status) => {
  const { reader, waits } = server([status, {}]);
  await reader.get(NODES, { name: "n" }, Named).catch(() => undefined);
  expect(waits).toEqual([]);
});

it("waits as long as a throttling server asks for", async () => {
  const { reader, waits } = server([429, {}, 2], [503, {}, 1], [200, object("n")]);
  await expect(reader.get(NODES, { name: "n" }, Named)).resolves.toEqual(object("n"));
  expect(waits).toEqual([2_000, 1_000]);
});

it("has 12 s to wait in all, over all questions, and does not ask too early instead", async () => {
  const inside = server([429, {}, 12], [200, object("n")]);
  await expect(inside.reader.get(NODES, { name: "n" }, Named)).resolves.toEqual(object("n"));
  const outside = server([429, {}, 13]);
  await expect(outside.reader.get(NODES, { name: "n" }, Named)).rejects.toThrow("was throttled");
  expect(outside.waits).toEqual([]);
  const many = server([429, {}, 5]);
  for (let question = 0; question < 3; question += 1)
    await expect(many.reader.get(NODES, { name: "n" }, Named)).rejects.toMatchObject({ status: 429 });
  expect(many.waits).toEqual([5_000, 5_000]);
});

it("fails with no answer when there is none, and passes on what is no answer's fault", async () => {
  const { reader, waits } = server(new KubernetesError(0, "no answer", true));
  await expect(reader.get(NODES, {}, Named)).rejects.toMatchObject({ status: 0 });
  expect(waits).toHaveLength(3);
  const broken = server(new TypeError("a defect"));
  await expect(broken.reader.get(NODES, {}, Named)).rejects.toThrow(TypeError);
  expect(broken.waits).toEqual([]);
});

it("mints one token for all that are refused at once", async () => {
  let minted = 0;
  const http = {
    get: async (_path: string, token: string) =>
      token === "token-1" ? { status: 401, body: "" } : { status: 200, body: JSON.stringify(object("n")) },
    close: () => {},
  };
  const reader = clusterReader(http, async () => `token-${++minted}`);
  const names = ["a", "b", "c"];
  await Promise.all(names.map((name) => reader.get(NODES, { name }, Named)));
  expect(minted).toBe(2);
});

it("gives up on a list without end", async () => {
  const { reader, paths } = server([200, page(["a"], "more")]);
  await expect(reader.list(PODS, {}, Named)).rejects.toThrow(/has no end/);
  expect(paths).toHaveLength(100);
});

it("fails on an object of another shape, naming the member", async () => {
  const { reader } = server([200, { metadata: {} }]);
  await expect(reader.get(NODES, { name: "n" }, Named)).rejects.toThrow(/unexpected shape: metadata\.name/);
});
