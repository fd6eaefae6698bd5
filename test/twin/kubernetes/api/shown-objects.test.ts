import { expect, it } from "vitest";
import { addFault } from "../../../../lib/twin/world/faults.ts";
import { type Lie, toFault } from "../../../../lib/twin/world/lies.ts";
import { COLLECTIONS } from "../../../../lib/twin/world/records.ts";
import { clusterFixture, configMap } from "./cluster-fixture.ts";

const PATH = "/api/v1/namespaces/default/configmaps";
const MAP = { apiVersion: "v1", objectKind: "ConfigMap", namespace: "default" };

const named = (name: string) => (item: { metadata: { name: string } }) => item.metadata.name === name;

function lied(...lies: Lie[]) {
  const fixture = clusterFixture();
  for (const name of ["one", "two"]) fixture.request("POST", PATH, configMap(name));
  for (const lie of lies) addFault(fixture.world, toFault(lie));
  const names = (path = PATH): string[] =>
    fixture.request("GET", path).body.items.map((item: { metadata: { name: string } }) => item.metadata.name);
  return { ...fixture, names };
}

it("shows an object otherwise than it is, alone and in lists, and keeps what is", () => {
  const { request, world } = lied({
    ...MAP,
    name: "one",
    says: { data: { told: "so" }, metadata: { uid: null } },
  });
  const shown = request("GET", `${PATH}/one`).body;
  expect(shown.data.told).toBe("so");
  expect(shown.metadata.uid).toBeUndefined();
  expect(request("GET", PATH).body.items.find(named("one")).data.told).toBe("so");
  expect(request("GET", `${PATH}/two`).body.data?.told).toBeUndefined();
  const stored = world.collection<{ metadata: { name: string } }>(COLLECTIONS.kubernetesObjects).values();
  expect(JSON.stringify(stored)).not.toContain("told");
});

it("keeps a patch apart from what was said: a lie is never stored", () => {
  const { request, world } = lied({ ...MAP, name: "one", says: { data: { told: "so" } } });
  request(
    "PATCH",
    `${PATH}/one`,
    { data: { meant: "this" } },
    { contentType: "application/merge-patch+json" },
  );
  const stored = JSON.stringify(world.collection(COLLECTIONS.kubernetesObjects).values());
  expect(stored).toContain("meant");
  expect(stored).not.toContain("told");
});

it("hides objects, all whose name begins so", () => {
  const { request, names } = lied({ ...MAP, name: "t*", isHidden: true });
  expect(names()).toContain("one");
  expect(names()).not.toContain("two");
  expect(request("GET", `${PATH}/two`)).toMatchObject({ status: 404, body: { reason: "NotFound" } });
});

it("invents objects where they would be, and nowhere else", () => {
  const { request, names } = lied({
    ...MAP,
    name: "never",
    isInvented: true,
    says: { metadata: { labels: { a: "b" } }, data: { at: "now-90s", list: ["now+30s"] } },
  });
  expect(names()).toContain("never");
  expect(names("/api/v1/configmaps")).toContain("never");
  expect(names("/api/v1/namespaces/kube-system/configmaps")).not.toContain("never");
  const { metadata, data } = request("GET", `${PATH}/never`).body;
  expect(metadata).toMatchObject({ name: "never", namespace: "default", labels: { a: "b" } });
  expect(data).toEqual({ at: "2026-11-24T07:58:30Z", list: ["2026-11-24T08:00:30Z"] });
  expect(request("GET", `${PATH}/other`).status).toBe(404);
});

it("changes members of a list by their index, and replaces a list by a list", () => {
  const about = (says: object) => {
    const { request } = lied(
      {
        ...MAP,
        name: "one",
        says: { data: { list: ["a", "b", { x: 1 }] } } as never,
      },
      { ...MAP, name: "one", says: says as never },
    );
    return request("GET", `${PATH}/one`).body.data.list;
  };
  expect(about({ data: { list: { 0: "z", 2: { y: 2 }, 9: "lost" } } })).toEqual(["z", "b", { x: 1, y: 2 }]);
  expect(about({ data: { list: ["c"] } })).toEqual(["c"]);
});
