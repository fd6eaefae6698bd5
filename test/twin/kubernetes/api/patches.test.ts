import { describe, expect, it } from "vitest";
import { clusterFixture, configMap, deployment } from "./cluster-fixture.ts";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const STRATEGIC = { contentType: "application/strategic-merge-patch+json" };
const JSON_PATCH = { contentType: "application/json-patch+json" };
const APPLY = { contentType: "application/apply-patch+yaml" };

const container = (fields: { [key: string]: string | object }) =>
  ({ spec: { template: { spec: { containers: [{ name: "main", ...fields }] } } } }) as never;

describe("a strategic merge patch", () => {
  it("merges containers by name and their variables too", () => {
    const { request } = clusterFixture();
    request("POST", DEPLOYMENTS, deployment("web"));
    const patch = (body: never) =>
      request("PATCH", `${DEPLOYMENTS}/web`, body, STRATEGIC).body.spec.template.spec.containers;
    patch(
      container({
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
      }),
    );
    const [main, ...others] = patch(
      container({
        image: "pause:4",
        env: [
          { name: "A", value: "9" },
          { name: "B", $patch: "delete" },
        ],
      }),
    );
    expect(others).toEqual([]);
    expect(main).toMatchObject({
      image: "pause:4",
      env: [{ name: "A", value: "9" }],
      imagePullPolicy: "IfNotPresent",
    });
  });

  it("adds an item where a merge patch would replace the list, and keeps the order that it names", () => {
    const { request } = clusterFixture();
    request("POST", DEPLOYMENTS, deployment("web"));
    const spec = {
      "$setElementOrder/containers": [{ name: "sidecar" }, { name: "main" }],
      containers: [{ name: "sidecar", image: "sidecar:1" }],
    };
    const { body } = request("PATCH", `${DEPLOYMENTS}/web`, { spec: { template: { spec } } }, STRATEGIC);
    expect(body.spec.template.spec.containers.map(({ name }: { name: string }) => name)).toEqual([
      "sidecar",
      "main",
    ]);
  });
});

describe("a JSON patch", () => {
  it("applies its operations in their order or none of them", () => {
    const { request } = clusterFixture();
    request("POST", CONFIG_MAPS, configMap("c", { "a/b": "1" }));
    const good = request(
      "PATCH",
      `${CONFIG_MAPS}/c`,
      [
        { op: "test", path: "/data/a~1b", value: "1" },
        { op: "move", from: "/data/a~1b", path: "/data/c" },
        { op: "add", path: "/data/d", value: "2" },
      ],
      JSON_PATCH,
    );
    expect(good.body.data).toEqual({ c: "1", d: "2" });
    const bad = request(
      "PATCH",
      `${CONFIG_MAPS}/c`,
      [
        { op: "remove", path: "/data/c" },
        { op: "test", path: "/data/d", value: "3" },
      ],
      JSON_PATCH,
    );
    expect(bad.status).toBe(422);
    expect(request("GET", `${CONFIG_MAPS}/c`).body.data).toEqual({ c: "1", d: "2" });
  });

  it("is refused under an unknown content type", () => {
    const { request } = clusterFixture();
    request("POST", CONFIG_MAPS, configMap("c"));
    expect(request("PATCH", `${CONFIG_MAPS}/c`, {}, { contentType: "text/plain" }).status).toBe(415);
  });
});

describe("a server-side apply", () => {
  const path = (manager: string, more = "") => `${CONFIG_MAPS}/c?fieldManager=${manager}${more}`;

  it("makes the object, removes what its manager says no more, and leaves the fields of others", () => {
    const { request } = clusterFixture();
    expect(request("PATCH", path("terraform"), configMap("c", { a: "1", b: "2" }), APPLY).status).toBe(201);
    request("PATCH", path("other"), configMap("c", { z: "9" }), APPLY);
    const { status, body } = request("PATCH", path("terraform"), configMap("c", { a: "1" }), APPLY);
    expect(status).toBe(200);
    expect(body.data).toEqual({ a: "1", z: "9" });
    const owners = body.metadata.managedFields.map(
      ({ manager, operation, fieldsV1 }: { [key: string]: unknown }) => [manager, operation, fieldsV1],
    );
    expect(owners).toEqual([
      ["other", "Apply", { "f:data": { "f:z": {} } }],
      ["terraform", "Apply", { "f:data": { "f:a": {} } }],
    ]);
  });

  it("refuses to overrule another manager unless it is forced, and says which field", () => {
    const { request } = clusterFixture();
    request("PATCH", path("terraform"), configMap("c", { a: "1" }), APPLY);
    const { status, body } = request("PATCH", path("kubectl"), configMap("c", { a: "2" }), APPLY);
    expect([status, body.reason, body.message]).toEqual([
      409,
      "Conflict",
      'Apply failed with 1 conflict: conflict with "terraform": .data.a',
    ]);
    const forced = request("PATCH", path("kubectl", "&force=true"), configMap("c", { a: "2" }), APPLY).body;
    expect(forced.data).toEqual({ a: "2" });
    expect(forced.metadata.managedFields.map(({ manager }: { manager: string }) => manager)).toEqual([
      "kubectl",
    ]);
  });

  it("changes nothing, not even the resourceVersion, when it says the same again", () => {
    const { request } = clusterFixture();
    const first = request("PATCH", path("terraform"), configMap("c", { a: "1" }), APPLY).body;
    const again = request("PATCH", path("terraform"), configMap("c", { a: "1" }), APPLY).body;
    expect(again.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it("tells list items apart by their keys, a protocol left out being TCP", () => {
    const { request } = clusterFixture();
    const service = (ports: object[]) =>
      ({ apiVersion: "v1", kind: "Service", metadata: { name: "s" }, spec: { ports } }) as never;
    request("POST", "/api/v1/namespaces/default/services", service([{ port: 80 }]));
    const { status, body } = request(
      "PATCH",
      "/api/v1/namespaces/default/services/s?fieldManager=t&force=true",
      service([{ port: 80, targetPort: 8080 }]),
      APPLY,
    );
    expect(status).toBe(200);
    expect(body.spec.ports).toEqual([{ port: 80, protocol: "TCP", targetPort: 8080 }]);
  });

  it("shows drift: a later update takes the field from the one who applied it", () => {
    const { request } = clusterFixture();
    request("PATCH", path("terraform"), configMap("c", { a: "1", b: "1" }), APPLY);
    request(
      "PATCH",
      `${CONFIG_MAPS}/c?fieldManager=kubectl-edit`,
      { data: { a: "7" } },
      { contentType: "application/merge-patch+json" },
    );
    const { managedFields } = request("GET", `${CONFIG_MAPS}/c`).body.metadata;
    expect(
      managedFields.map(({ manager, fieldsV1 }: { [key: string]: unknown }) => [manager, fieldsV1]),
    ).toEqual([
      ["terraform", { "f:data": { "f:b": {} } }],
      ["kubectl-edit", { "f:data": { "f:a": {} } }],
    ]);
  });
});
