import { describe, expect, it } from "vitest";
import { type ClusterObject, driftOfObjects, touched } from "../../lib/drift/cluster-objects.ts";
import type { Drifted } from "../../lib/drift/drifted.ts";

const SINCE = new Date("2030-01-01T00:00:00Z");
const LATER = "2030-01-02T00:00:00Z";
type Fields = NonNullable<ClusterObject["metadata"]["managedFields"]>;

const entry = (manager: string, fieldsV1: unknown, rest: Partial<Fields[number]> = {}) => ({
  manager,
  operation: "Update",
  time: LATER,
  fieldsV1,
  ...rest,
});
const object = (managedFields: Fields, rest: Partial<ClusterObject["metadata"]> = {}): ClusterObject => ({
  metadata: { name: "web", namespace: "edge", managedFields, ...rest },
});
const look = (each: ClusterObject) => touched("Deployment", each, SINCE);
const replicas = { "f:spec": { "f:replicas": {} } };
const helm = entry("helm", { "f:spec": { ".": {}, "f:template": {} } });

describe("an object of a layer's namespace", () => {
  it("that a release has made and kubectl has edited is edited, with fields, tool and time", () => {
    expect(look(object([helm, entry("kubectl-edit", replicas)]))).toEqual({
      kind: "Deployment",
      namespace: "edge",
      name: "web",
      what: "edited",
      fields: ["spec.replicas"],
      manager: "kubectl-edit",
      at: LATER,
    });
  });

  it("that kubectl alone has made is nobody's", () => {
    expect(look(object([entry("kubectl-create", replicas)]))).toMatchObject({
      what: "unmanaged",
      fields: [],
    });
  });

  it.each<[string, ClusterObject]>([
    ["a controller wrote", object([helm, entry("kube-controller-manager", replicas)])],
    ["a status was written to", object([helm, entry("kubectl-edit", replicas, { subresource: "status" })])],
    [
      "was edited before the layer was proven",
      object([helm, entry("kubectl-edit", replicas, { time: "2029-12-31T00:00:00Z" })]),
    ],
    [
      "was only restarted",
      object([
        helm,
        entry("kubectl-rollout", {
          "f:spec": {
            "f:template": {
              "f:metadata": { "f:annotations": { "f:kubectl.kubernetes.io/restartedAt": {} } },
            },
          },
        }),
      ]),
    ],
  ])("that %s is as it was applied", (_, each) => {
    expect(look(each)).toBeUndefined();
  });

  it("that was scaled by hand is edited", () => {
    expect(look(object([helm, entry("kubectl-scale", replicas, { subresource: "scale" })]))).toMatchObject({
      fields: ["spec.replicas"],
    });
  });

  it("that terraform reports itself is reported once, and attributed", () => {
    const reported = { names: ["edge/web"], layer: "app" } as unknown as Drifted;
    const edit = look(object([helm, entry("kubectl-edit", replicas)]))!;
    const { drifted, attributions } = driftOfObjects([edit], () => "platform-step02", [reported]);
    expect(drifted).toEqual([]);
    expect(attributions.get(reported)).toMatchObject({ who: "somebody with kubectl-edit" });
  });
});
