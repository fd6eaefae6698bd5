import { describe, expect, it } from "vitest";
import type { Json } from "../../../../lib/twin/world/world.ts";
import { clusterFixture, configMap, deployment, STARTS_AT } from "./cluster-fixture.ts";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const MERGE = { contentType: "application/merge-patch+json" };

describe("objects of a cluster", () => {
  it("get the metadata and the defaults that a real API server writes", () => {
    const { request } = clusterFixture();
    const { status, body } = request("POST", DEPLOYMENTS, deployment("web"));
    expect(status).toBe(201);
    expect(body.metadata).toMatchObject({
      name: "web",
      namespace: "default",
      generation: 1,
      creationTimestamp: "2026-11-24T08:00:00Z",
    });
    expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.spec).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
    });
    expect(body.spec.template.spec).toMatchObject({ restartPolicy: "Always", dnsPolicy: "ClusterFirst" });
    expect(body.spec.template.spec.containers[0]).toMatchObject({ imagePullPolicy: "IfNotPresent" });
  });

  it("count generations for the specification only and resourceVersions for every change", () => {
    const { request } = clusterFixture();
    const made = request("POST", DEPLOYMENTS, deployment("web")).body;
    const scaled = request("PATCH", `${DEPLOYMENTS}/web`, { spec: { replicas: 3 } }, MERGE).body;
    const ready = request("PATCH", `${DEPLOYMENTS}/web/status`, { status: { readyReplicas: 3 } }, MERGE).body;
    const labelled = request("PATCH", `${DEPLOYMENTS}/web`, { metadata: { labels: { a: "b" } } }, MERGE).body;
    expect([made, scaled, ready, labelled].map((each) => each.metadata.generation)).toEqual([1, 2, 2, 2]);
    const versions = [made, scaled, ready, labelled].map((each) => Number(each.metadata.resourceVersion));
    expect(new Set(versions).size).toBe(4);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    const same = request("PATCH", `${DEPLOYMENTS}/web`, { spec: { replicas: 3 } }, MERGE).body;
    expect(same.metadata.resourceVersion).toBe(labelled.metadata.resourceVersion);
  });

  it("keep status and specification apart", () => {
    const { request } = clusterFixture();
    const made = request("POST", DEPLOYMENTS, {
      ...(deployment("web") as object),
      status: { replicas: 9 },
    } as Json).body;
    expect(made.status).toEqual({});
    request("PATCH", `${DEPLOYMENTS}/web`, { status: { replicas: 9 } }, MERGE);
    request("PATCH", `${DEPLOYMENTS}/web/status`, { spec: { replicas: 9 }, status: { replicas: 2 } }, MERGE);
    const found = request("GET", `${DEPLOYMENTS}/web`).body;
    expect(found.status).toEqual({ replicas: 2 });
    expect(found.spec.replicas).toBe(1);
  });

  it("rejects what a real server rejects, in its words", () => {
    const { request } = clusterFixture();
    request("POST", DEPLOYMENTS, deployment("web"));
    const statuses = [
      request("POST", DEPLOYMENTS, deployment("web")),
      request("GET", `${DEPLOYMENTS}/none`),
      request("POST", "/apis/apps/v1/namespaces/nowhere/deployments", deployment("web")),
      request("PATCH", `${DEPLOYMENTS}/web`, { metadata: { resourceVersion: "1" } }, MERGE),
      request("POST", DEPLOYMENTS, deployment("Not_A_Name")),
      request(
        "PATCH",
        `${DEPLOYMENTS}/web`,
        {
          spec: { selector: { matchLabels: { app: "x" } }, template: { metadata: { labels: { app: "x" } } } },
        },
        MERGE,
      ),
      request("GET", "/apis/nothing.example.com/v1/things"),
      request("GET", "/nothing"),
    ].map(({ status, body }) => [status, body.reason, body.message]);
    expect(statuses.map(([status, reason]) => [status, reason])).toEqual([
      [409, "AlreadyExists"],
      [404, "NotFound"],
      [404, "NotFound"],
      [409, "Conflict"],
      [422, "Invalid"],
      [422, "Invalid"],
      [404, "NotFound"],
      [404, "NotFound"],
    ]);
    expect(statuses.map(([, , message]) => message).slice(0, 4)).toEqual([
      'deployments.apps "web" already exists',
      'deployments.apps "none" not found',
      'namespaces "nowhere" not found',
      'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    ]);
    expect(statuses[5]?.[2]).toBe(
      'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
    );
  });

  it("are neither made, changed nor deleted by a dry run", () => {
    const { request, world } = clusterFixture();
    let changes = 0;
    request("POST", CONFIG_MAPS, configMap("kept", { a: "1" }));
    world.on("kubernetes.changed", () => {
      changes += 1;
    });
    expect(request("POST", `${CONFIG_MAPS}?dryRun=All`, configMap("new")).status).toBe(201);
    expect(request("PATCH", `${CONFIG_MAPS}/kept?dryRun=All`, { data: { a: "2" } }, MERGE).body.data).toEqual(
      { a: "2" },
    );
    expect(request("DELETE", `${CONFIG_MAPS}/kept?dryRun=All`).status).toBe(200);
    expect(request("GET", `${CONFIG_MAPS}/new`).status).toBe(404);
    expect(request("GET", `${CONFIG_MAPS}/kept`).body.data).toEqual({ a: "1" });
    expect(changes).toBe(0);
  });

  it("are told to the world after they are stored", () => {
    const { request, world } = clusterFixture();
    const seen: Json[] = [];
    request("GET", "/version");
    world.on("kubernetes.changed", (change) => {
      const { name } = change as { name: string };
      seen.push([change, request("GET", `${CONFIG_MAPS}/${name}`).status]);
    });
    request("POST", CONFIG_MAPS, configMap("a"));
    request("DELETE", `${CONFIG_MAPS}/a`);
    const common = { cluster: "prod", apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "a" };
    expect(seen).toEqual([
      [{ ...common, type: "ADDED" }, 200],
      [{ ...common, type: "DELETED" }, 404],
    ]);
  });

  it("come in pages whose tokens lead through all of them", () => {
    const { request } = clusterFixture();
    for (const name of ["a", "b", "c", "d", "e"]) request("POST", CONFIG_MAPS, configMap(name));
    const names: string[] = [];
    let token = "";
    do {
      const { body } = request("GET", `${CONFIG_MAPS}?limit=2${token ? `&continue=${token}` : ""}`);
      names.push(...body.items.map((item: { metadata: { name: string } }) => item.metadata.name));
      token = body.metadata.continue ?? "";
    } while (token);
    expect(names).toEqual(["a", "b", "c", "d", "e", "kube-root-ca.crt"]);
  });

  it("are chosen by labels and fields", () => {
    const { request } = clusterFixture();
    const labels = [{ tier: "web" }, { tier: "db" }, {}];
    labels.forEach((each, index) => {
      request("POST", CONFIG_MAPS, {
        ...(configMap(`c${index}`) as object),
        metadata: { name: `c${index}`, labels: each },
      } as Json);
    });
    const chosen = (query: string): string[] =>
      request("GET", `${CONFIG_MAPS}?${query}`).body.items.map(
        (item: { metadata: { name: string } }) => item.metadata.name,
      );
    expect(chosen("labelSelector=tier%3Dweb")).toEqual(["c0"]);
    expect(chosen(`labelSelector=${encodeURIComponent("tier in (web,db)")}`)).toEqual(["c0", "c1"]);
    expect(chosen(`labelSelector=${encodeURIComponent("tier,tier!=web")}`)).toEqual(["c1"]);
    expect(chosen(`labelSelector=${encodeURIComponent("!tier")}`)).toEqual(["c2", "kube-root-ca.crt"]);
    expect(chosen("fieldSelector=metadata.name%3Dc2")).toEqual(["c2"]);
    expect(request("GET", `${CONFIG_MAPS}?labelSelector=%3D%3D`).status).toBe(400);
  });

  it("go on where they stopped in a world that is saved and loaded", async () => {
    const { World } = await import("../../../../lib/twin/world/world.ts");
    const { VirtualClock } = await import("../../../../lib/twin/clock.ts");
    const { KubernetesTwin } = await import("../../../../lib/twin/kubernetes/api/kubernetes-twin.ts");
    const first = clusterFixture();
    const made = first.request("POST", CONFIG_MAPS, configMap("kept")).body;
    const world = new World(new VirtualClock(STARTS_AT));
    world.restore(first.world.save());
    const cluster = new KubernetesTwin({ world }).cluster("prod");
    const user = { username: "m", groups: ["system:masters"] };
    expect(cluster.handle({ user, method: "GET", path: `${CONFIG_MAPS}/kept` }).body).toEqual(made);
    const next = cluster.handle({ user, method: "POST", path: CONFIG_MAPS, body: configMap("next") }).body;
    expect(Number((next as typeof made).metadata.resourceVersion)).toBe(
      Number(made.metadata.resourceVersion) + 1,
    );
  });
});

describe("a cluster", () => {
  it("refuses connections until it is ACTIVE", () => {
    const { world, request } = clusterFixture();
    const clusters = world.collection<{ status: string }>("eks.clusters");
    clusters.update("prod", (record) => ({ ...record, status: "CREATING" }));
    expect(() => request("GET", "/version")).toThrow(expect.objectContaining({ code: "ECONNREFUSED" }));
  });

  it("starts empty when it is made anew under its old name", () => {
    const { world, kubernetes, request } = clusterFixture();
    request("POST", CONFIG_MAPS, configMap("old"));
    const clusters = world.collection<{ createdAt: number }>("eks.clusters");
    clusters.update("prod", (record) => ({ ...record, createdAt: record.createdAt + 1 }));
    const answer = kubernetes.cluster("prod").handle({
      user: { username: "m", groups: ["system:masters"] },
      method: "GET",
      path: `${CONFIG_MAPS}/old`,
    });
    expect(answer.status).toBe(404);
    expect(() => kubernetes.cluster("none")).toThrow("there is no cluster none");
  });
});
