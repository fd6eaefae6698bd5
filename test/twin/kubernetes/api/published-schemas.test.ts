import { beforeAll, describe, expect, it } from "vitest";
import { definitionSpec } from "../../../../lib/twin/charts/definition-manifest.ts";
import { COLLECTIONS } from "../../../../lib/twin/world/records.ts";
import type { Json } from "../../../../lib/twin/world/world.ts";
import { clusterFixture, type Fixture } from "./cluster-fixture.ts";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const CERTIFICATES = "/apis/cert-manager.io/v1/namespaces/default/certificates";

/** As the inventory of a chart has it. */
const RECORDED = {
  kind: "CustomResourceDefinition",
  apiVersion: "apiextensions.k8s.io/v1",
  name: "certificates.cert-manager.io",
  group: "cert-manager.io",
  plural: "certificates",
  kindDefined: "Certificate",
  scope: "Namespaced",
  versions: [{ name: "v1", served: true, storage: true }],
};

const certificate = (spec: Json): Json => ({
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: { name: "one" },
  spec,
});
const SPEC = { secretName: "one-tls", issuerRef: { name: "letsencrypt" }, dnsNames: ["one.example.com"] };

describe("a custom resource whose definition came with a chart", () => {
  let fixture: Fixture;
  const define = (definition: { [key: string]: Json }) =>
    fixture.request("POST", DEFINITIONS, {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      ...definition,
    });
  const create = (spec: Json) =>
    fixture.request("POST", `${CERTIFICATES}?fieldValidation=Strict&dryRun=All`, certificate(spec));

  beforeAll(() => {
    fixture = clusterFixture();
    const made = define({
      metadata: { name: RECORDED.name },
      ...(definitionSpec(RECORDED as never) as { spec: Json }),
    });
    expect(made.status).toBe(201);
  });

  it("is accepted with the fields that its project publishes", () => {
    expect(create(SPEC)).toMatchObject({ status: 201 });
  });

  it.each([
    [
      "a field that nobody knows",
      { ...SPEC, dnsName: "one.example.com" },
      400,
      'unknown field "spec.dnsName"',
    ],
    ["a field of the wrong type", { ...SPEC, dnsNames: "one.example.com" }, 422, "must be of type array"],
    ["a missing field", { issuerRef: SPEC.issuerRef }, 422, "spec.secretName"],
    ["a value that is not one of those", { ...SPEC, usages: ["fishing"] }, 422, "Unsupported value"],
  ])("is refused with %s", (_, spec, status, message) => {
    const answer = create(spec);
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(message)]);
  });

  it("is explained", () => {
    const { body } = fixture.request("GET", "/openapi/v3/apis/cert-manager.io/v1");
    const { spec, status } = body.components.schemas["io.cert-manager.v1.Certificate"].properties;
    expect(spec.properties.issuerRef.required).toEqual(["name"]);
    expect(status.properties.renewalTime).toEqual({ format: "date-time", type: "string" });
  });

  it("may be changed elsewhere while it is wrong since before, and not made worse", () => {
    const wrong = { ...SPEC, usages: ["fishing"] };
    const key = "prod/cert-manager.io/v1/Certificate/default/two";
    const made = fixture.request("POST", CERTIFICATES, {
      ...(certificate(SPEC) as object),
      metadata: { name: "two" },
    });
    const objects = fixture.world.collection<{ spec: Json }>(COLLECTIONS.kubernetesObjects);
    objects.update(key, (object) => ({ ...object, spec: wrong }));
    expect(made.status).toBe(201);
    const merge = (spec: Json) =>
      fixture.request(
        "PATCH",
        `${CERTIFICATES}/two`,
        { spec },
        { contentType: "application/merge-patch+json" },
      ).status;
    expect(merge({ dnsNames: ["two.example.com"] })).toBe(200);
    expect(merge({ secretName: null })).toBe(422);
  });

  it("is held to its definition instead, once that says something of fields itself", () => {
    const { body } = fixture.request("GET", `${DEFINITIONS}/${RECORDED.name}`);
    const [version] = body.spec.versions;
    const own = {
      type: "object",
      properties: { spec: { type: "object", properties: { only: { type: "string" } } } },
    };
    const versions = [{ ...version, schema: { openAPIV3Schema: own } }];
    expect(
      fixture.request("PUT", `${DEFINITIONS}/${RECORDED.name}`, { ...body, spec: { ...body.spec, versions } })
        .status,
    ).toBe(200);
    expect(create({ only: "this" }).status).toBe(201);
    expect(create(SPEC).status).toBe(400);
  });
});
