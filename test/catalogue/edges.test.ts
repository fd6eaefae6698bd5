import { describe, expect, it } from "vitest";
import { defineLayers, type Gate } from "../../lib/catalogue/define-layers.ts";
import { catalogueFor, EDGES } from "../../lib/catalogue/edges.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { CertificateExpectationSchema } from "../../lib/gates/certificate/expectation.ts";

const layerWith = (gate: Gate) =>
  defineLayers([
    {
      directory: "app",
      purpose: "a layer",
      dependsOn: [],
      applyTimeoutMinutes: 1,
      applyTimeoutReason: "it is small",
      kubernetes: false,
      stateful: false,
      protects: [],
      gates: [gate],
    },
  ]);

describe("a gate", () => {
  const usual = { kind: "dns", deadlineMinutes: 5, hosts: ["app"] };
  const gate = { ...usual, withEdge: { alb: { kind: "dns", deadlineMinutes: 9, hosts: ["shop"] } } };
  const expected = (edge: (typeof EDGES)[number]) => catalogueFor(layerWith(gate), edge).layer("app").gates;

  it("expects what it says where its edge is not named, and nothing of the others' remains", () => {
    expect(expected("nginx")).toEqual([usual]);
  });

  it("expects something else with an edge that is named", () => {
    expect(expected("alb")).toEqual([gate.withEdge.alb]);
  });

  it("rejects another kind, by which no record would find it", () => {
    const wrong = { ...usual, withEdge: { alb: { kind: "issuers", deadlineMinutes: 5 } } };
    expect(() => catalogueFor(layerWith(wrong), "alb")).toThrow("must be the same");
  });
});

describe.each(EDGES)("with edge %s", (edge) => {
  const { layers } = catalogueFor(defineLayers(LAYERS), edge);
  const certificates = layers.flatMap(({ gates }) => gates.filter(({ kind }) => kind === "certificate"));

  it("each certificate is expected of whom it comes from", () => {
    expect(certificates.map(({ host }) => host).sort()).toEqual(["app", "grafana"]);
    for (const gate of certificates) {
      const parsed = CertificateExpectationSchema.parse(gate);
      expect("authority" in parsed).toBe(edge === "alb");
    }
  });

  it("no gate keeps what it would expect with another", () => {
    expect(layers.flatMap(({ gates }) => gates).filter((gate) => "withEdge" in gate)).toEqual([]);
  });
});
