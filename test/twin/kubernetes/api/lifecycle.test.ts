import { describe, expect, it } from "vitest";
import type { Json } from "../../../../lib/twin/world/world.ts";
import { clusterFixture, configMap, type Fixture } from "./cluster-fixture.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const MERGE = { contentType: "application/merge-patch+json" };

const named = (name: string, metadata: { [key: string]: Json }): Json =>
  ({ ...(configMap(name) as object), metadata: { name, ...metadata } }) as Json;

const definition = (plural: string, kind: string, version: { [key: string]: Json } = {}): Json => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.acme.io` },
  spec: {
    group: "acme.io",
    scope: "Namespaced",
    names: { plural, kind },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object" } },
        ...version,
      },
    ],
  },
});
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

function owned({ request }: Fixture, finalizers: string[] = []): string {
  const owner = request("POST", CONFIG_MAPS, named("owner", finalizers.length ? { finalizers } : {})).body;
  const reference = {
    apiVersion: "v1",
    kind: "ConfigMap",
    name: "owner",
    uid: owner.metadata.uid,
    blockOwnerDeletion: true,
  };
  request("POST", CONFIG_MAPS, named("child", { ownerReferences: [reference] }));
  return owner.metadata.uid;
}

describe("deleting", () => {
  it("waits for finalizers and ends with the last of them", () => {
    const { request } = clusterFixture();
    request("POST", CONFIG_MAPS, named("held", { finalizers: ["acme.io/a", "acme.io/b"] }));
    const held = request("DELETE", `${CONFIG_MAPS}/held`).body;
    expect(held.metadata.deletionTimestamp).toBe("2026-11-24T08:00:00Z");
    request("PATCH", `${CONFIG_MAPS}/held`, { metadata: { finalizers: ["acme.io/b"] } }, MERGE);
    expect(request("GET", `${CONFIG_MAPS}/held`).status).toBe(200);
    const added = request("PATCH", `${CONFIG_MAPS}/held`, { metadata: { finalizers: ["acme.io/c"] } }, MERGE);
    expect(added.status).toBe(422);
    request("PATCH", `${CONFIG_MAPS}/held`, { metadata: { finalizers: null } }, MERGE);
    expect(request("GET", `${CONFIG_MAPS}/held`).status).toBe(404);
  });

  it("collects dependents in the background, or leaves them as orphans", () => {
    const background = clusterFixture();
    owned(background);
    background.request("DELETE", `${CONFIG_MAPS}/owner`);
    expect(background.request("GET", `${CONFIG_MAPS}/child`).status).toBe(404);
    const orphan = clusterFixture();
    owned(orphan);
    orphan.request("DELETE", `${CONFIG_MAPS}/owner?propagationPolicy=Orphan`);
    expect(orphan.request("GET", `${CONFIG_MAPS}/child`).body.metadata.ownerReferences).toBeUndefined();
  });

  it("in the foreground keeps the owner until what blocks it is gone", () => {
    const fixture = clusterFixture();
    owned(fixture);
    const { request } = fixture;
    request("PATCH", `${CONFIG_MAPS}/child`, { metadata: { finalizers: ["acme.io/slow"] } }, MERGE);
    request("DELETE", `${CONFIG_MAPS}/owner`, { propagationPolicy: "Foreground" });
    expect(request("GET", `${CONFIG_MAPS}/owner`).body.metadata.finalizers).toEqual(["foregroundDeletion"]);
    request("PATCH", `${CONFIG_MAPS}/child`, { metadata: { finalizers: null } }, MERGE);
    expect(request("GET", `${CONFIG_MAPS}/child`).status).toBe(404);
    expect(request("GET", `${CONFIG_MAPS}/owner`).status).toBe(404);
  });

  it("a namespace takes its content along and takes nothing new meanwhile", () => {
    const { request } = clusterFixture();
    request("POST", "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "shop" },
    });
    const home = "/api/v1/namespaces/shop";
    expect(request("GET", `${home}/serviceaccounts/default`).status).toBe(200);
    expect(request("GET", `${home}/configmaps/kube-root-ca.crt`).body.data).toEqual({
      "ca.crt": "the authority",
    });
    request("POST", `${home}/configmaps`, named("held", { finalizers: ["acme.io/a"] }));
    expect(request("DELETE", home).body.status.phase).toBe("Terminating");
    const late = request("POST", `${home}/configmaps`, configMap("late"));
    expect([late.status, late.body.message]).toEqual([
      403,
      'configmaps "late" is forbidden: unable to create new content in namespace shop because it is being terminated',
    ]);
    expect(request("GET", `${home}/serviceaccounts/default`).status).toBe(404);
    request("PATCH", `${home}/configmaps/held`, { metadata: { finalizers: null } }, MERGE);
    expect(request("GET", home).status).toBe(404);
    expect(request("DELETE", "/api/v1/namespaces/kube-system").status).toBe(403);
  });
});

describe("a definition", () => {
  it("is established, serves its resource with its defaults, and goes with its objects", () => {
    const { request, world } = clusterFixture();
    const properties = {
      spec: { type: "object", default: {}, properties: { size: { type: "integer", default: 3 } } },
    };
    const schema = { openAPIV3Schema: { type: "object", properties } };
    const made = request(
      "POST",
      DEFINITIONS,
      definition("foos", "Foo", { schema, subresources: { status: {} } }),
    ).body;
    const conditions = made.status.conditions.map(({ type, status }: { type: string; status: string }) => [
      type,
      status,
    ]);
    expect(conditions).toEqual([
      ["NamesAccepted", "True"],
      ["Established", "True"],
    ]);
    expect(made.status.acceptedNames).toEqual({
      plural: "foos",
      kind: "Foo",
      singular: "foo",
      listKind: "FooList",
    });
    const names = request("GET", "/apis/acme.io/v1").body.resources.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["foos", "foos/status"]);
    const foos = "/apis/acme.io/v1/namespaces/default/foos";
    const foo = request("POST", foos, {
      apiVersion: "acme.io/v1",
      kind: "Foo",
      metadata: { name: "a" },
    }).body;
    expect(foo.spec).toEqual({ size: 3 });
    expect(foo.metadata.generation).toBe(1);
    request("DELETE", `${DEFINITIONS}/foos.acme.io`);
    expect(request("GET", foos).status).toBe(404);
    expect(
      world
        .collection("kubernetes.objects")
        .keys()
        .filter((key) => key.includes("/Foo/")),
    ).toEqual([]);
  });

  it("holds its objects to its schema: unknown fields go, wrong ones are refused", () => {
    const { request } = clusterFixture();
    const spec = {
      type: "object",
      required: ["mode"],
      properties: { mode: { type: "string", enum: ["fast", "slow"] }, size: { type: "integer" } },
    };
    const schema = { openAPIV3Schema: { type: "object", properties: { spec } } };
    request("POST", DEFINITIONS, definition("foos", "Foo", { schema }));
    const foos = "/apis/acme.io/v1/namespaces/default/foos";
    const foo = (name: string, fields: Json): Json => ({
      apiVersion: "acme.io/v1",
      kind: "Foo",
      metadata: { name },
      spec: fields,
    });
    expect(request("POST", foos, foo("a", { mode: "fast", colour: "red" })).body.spec).toEqual({
      mode: "fast",
    });
    const answers = [
      request("POST", `${foos}?fieldValidation=Strict`, foo("b", { mode: "fast", colour: "red" })),
      request("POST", foos, foo("b", {})),
      request("POST", foos, foo("b", { mode: "odd" })),
      request("PATCH", `${foos}/a`, { spec: { size: "big" } }, MERGE),
    ].map(({ status, body }) => [status, body.message]);
    expect(answers).toEqual([
      [
        400,
        'Foo in version "v1" cannot be handled as a Foo: strict decoding error: unknown field "spec.colour"',
      ],
      [422, 'Foo.acme.io "b" is invalid: spec.mode: Required value'],
      [
        422,
        'Foo.acme.io "b" is invalid: spec.mode: Unsupported value: "odd": supported values: "fast", "slow"',
      ],
      [
        422,
        'Foo.acme.io "a" is invalid: spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
      ],
    ]);
  });

  it("waits for the finalizers of its objects and takes no new ones meanwhile", () => {
    const { request } = clusterFixture();
    request("POST", DEFINITIONS, definition("foos", "Foo"));
    const foos = "/apis/acme.io/v1/namespaces/default/foos";
    const foo = (name: string, finalizers: string[]): Json => ({
      apiVersion: "acme.io/v1",
      kind: "Foo",
      metadata: { name, finalizers },
    });
    request("POST", foos, foo("held", ["acme.io/a"]));
    request("POST", foos, foo("free", []));
    request("DELETE", `${DEFINITIONS}/foos.acme.io`);
    expect(request("GET", `${foos}/free`).status).toBe(404);
    expect(request("POST", foos, foo("late", [])).status).toBe(405);
    expect(request("GET", `${DEFINITIONS}/foos.acme.io`).body.metadata.deletionTimestamp).toBeDefined();
    request("PATCH", `${foos}/held`, { metadata: { finalizers: null } }, MERGE);
    expect(request("GET", `${DEFINITIONS}/foos.acme.io`).status).toBe(404);
    expect(request("GET", foos).status).toBe(404);
  });

  it("serves objects in every served version and stores them in one", () => {
    const { request } = clusterFixture();
    const both = definition("bars", "Bar") as { spec: { versions: Json[] } };
    both.spec.versions.push({
      name: "v1beta1",
      served: true,
      storage: false,
      schema: { openAPIV3Schema: { type: "object" } },
    });
    request("POST", DEFINITIONS, both as unknown as Json);
    request("POST", "/apis/acme.io/v1beta1/namespaces/default/bars", {
      apiVersion: "acme.io/v1beta1",
      kind: "Bar",
      metadata: { name: "b" },
    });
    const read = (version: string) =>
      request("GET", `/apis/acme.io/${version}/namespaces/default/bars/b`).body.apiVersion;
    expect([read("v1"), read("v1beta1")]).toEqual(["acme.io/v1", "acme.io/v1beta1"]);
    const group = request("GET", "/apis/acme.io").body;
    expect(group.preferredVersion).toEqual({ groupVersion: "acme.io/v1", version: "v1" });
  });

  it("shows the columns that it asks for", () => {
    const { request } = clusterFixture();
    const additionalPrinterColumns = [
      { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
    ];
    request("POST", DEFINITIONS, definition("foos", "Foo", { additionalPrinterColumns }));
    const status = {
      conditions: [
        { type: "Synced", status: "False" },
        { type: "Ready", status: "True" },
      ],
    };
    const foos = "/apis/acme.io/v1/namespaces/default/foos";
    request("POST", foos, { apiVersion: "acme.io/v1", kind: "Foo", metadata: { name: "a" }, status });
    const table = request("GET", foos, undefined, {
      accept: "application/json;as=Table;v=v1;g=meta.k8s.io",
    }).body;
    expect(table.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
      "Name",
      "Ready",
      "Age",
    ]);
    expect(table.rows[0].cells).toEqual(["a", "True", "0s"]);
  });

  it("brings with each row what clients sort by: the metadata, the whole object, or nothing", () => {
    const { request } = clusterFixture();
    request("POST", DEFINITIONS, definition("foos", "Foo"));
    const foos = "/apis/acme.io/v1/namespaces/default/foos";
    request("POST", foos, {
      apiVersion: "acme.io/v1",
      kind: "Foo",
      metadata: { name: "a" },
      spec: { size: 3 },
    });
    const rowWith = (query: string) =>
      request("GET", `${foos}${query}`, undefined, { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" })
        .body.rows[0].object;
    expect(rowWith("")).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "a" } });
    expect(rowWith("?includeObject=Object")).toMatchObject({ kind: "Foo", spec: { size: 3 } });
    expect(rowWith("?includeObject=None")).toBeUndefined();
  });
});
