import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestCluster } from "../../../kubernetes/controllers/test-cluster.ts";
import { type ClusterWorkshop, openClusterWorkshop } from "../cluster-workshop.ts";

let cluster: TestCluster;
let workshop: ClusterWorkshop;

beforeAll(async () => {
  cluster = new TestCluster();
  workshop = await openClusterWorkshop(cluster);
});
afterAll(() => workshop.close());

const OBJECTS = (quota: string, host: string, name = "team") => `
resource "kubernetes_namespace_v1" "team" {
  metadata {
    name   = "${name}"
    labels = { purpose = "test" }
  }
}
resource "kubernetes_service_account_v1" "app" {
  metadata {
    name        = "app"
    namespace   = kubernetes_namespace_v1.team.metadata[0].name
    annotations = { "eks.amazonaws.com/role-arn" = "arn:aws:iam::111122223333:role/app" }
  }
}
resource "kubernetes_secret_v1" "app" {
  metadata {
    name      = "app"
    namespace = kubernetes_namespace_v1.team.metadata[0].name
  }
  data = { password = "hunter2" }
}
resource "kubernetes_resource_quota_v1" "team" {
  metadata {
    name      = "team"
    namespace = kubernetes_namespace_v1.team.metadata[0].name
  }
  spec {
    hard = { pods = "${quota}" }
  }
}
resource "kubernetes_role_binding_v1" "app" {
  metadata {
    name      = "app"
    namespace = kubernetes_namespace_v1.team.metadata[0].name
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "view"
  }
  subject {
    kind      = "ServiceAccount"
    name      = "app"
    namespace = kubernetes_namespace_v1.team.metadata[0].name
  }
}
resource "kubernetes_network_policy_v1" "app" {
  metadata {
    name      = "app"
    namespace = kubernetes_namespace_v1.team.metadata[0].name
  }
  spec {
    policy_types = ["Ingress", "Egress"]
    pod_selector {}
    ingress {
      from {
        namespace_selector {
          match_labels = { "kubernetes.io/metadata.name" = "ingress-nginx" }
        }
      }
      ports {
        port     = "8080"
        protocol = "TCP"
      }
    }
  }
}
resource "kubernetes_ingress_v1" "app" {
  metadata {
    name      = "app"
    namespace = kubernetes_namespace_v1.team.metadata[0].name
  }
  spec {
    ingress_class_name = "nginx"
    tls {
      hosts       = ["${host}"]
      secret_name = "app-tls"
    }
    rule {
      host = "${host}"
      http {
        path {
          path      = "/"
          path_type = "Prefix"
          backend {
            service {
              name = "app"
              port {
                number = 80
              }
            }
          }
        }
      }
    }
  }
}
`;

describe("kubernetes objects", () => {
  it("are made as configured, and then left alone", async () => {
    workshop.write(OBJECTS("10", "app.example.com"));
    const applied = await workshop.apply();
    expect(applied.stderr).toBe("");
    expect(applied.stdout).toContain("7 added");
    expect(cluster.get("/api/v1/namespaces/team/secrets/app")).toMatchObject({
      type: "Opaque",
      data: { password: Buffer.from("hunter2").toString("base64") },
    });
    expect(
      cluster.get("/apis/rbac.authorization.k8s.io/v1/namespaces/team/rolebindings/app")?.subjects,
    ).toEqual([{ kind: "ServiceAccount", name: "app", namespace: "team" }]);
    expect(cluster.get("/apis/networking.k8s.io/v1/namespaces/team/networkpolicies/app")?.spec).toMatchObject(
      {
        podSelector: {},
        ingress: [
          {
            from: [
              { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } } },
            ],
            ports: [{ port: 8080 }],
          },
        ],
      },
    );
    expect(cluster.get("/apis/networking.k8s.io/v1/namespaces/team/ingresses/app")?.spec).toMatchObject({
      tls: [{ hosts: ["app.example.com"], secretName: "app-tls" }],
      rules: [{ http: { paths: [{ backend: { service: { name: "app", port: { number: 80 } } } }] } }],
    });
    expect((await workshop.plan()).exitCode).toBe(0);
  });

  it("are changed in place when their content changes", async () => {
    workshop.write(OBJECTS("20", "www.example.com"));
    const planned = await workshop.plan();
    expect(planned.exitCode).toBe(2);
    expect(planned.stdout).toContain("2 to change, 0 to destroy");
    await workshop.apply();
    expect(cluster.get("/api/v1/namespaces/team/resourcequotas/team")?.spec).toMatchObject({
      hard: { pods: "20" },
    });
    expect((await workshop.plan()).exitCode).toBe(0);
  });

  it("show what somebody else changed", async () => {
    cluster.request("PATCH", "/api/v1/namespaces/team/resourcequotas/team", {
      spec: { hard: { pods: "99" } },
    });
    cluster.request("DELETE", "/api/v1/namespaces/team/secrets/app");
    const planned = await workshop.plan();
    expect(planned.stdout).toContain("1 to add, 1 to change");
    await workshop.apply();
    expect((await workshop.plan()).exitCode).toBe(0);
  });

  it("leave what controllers write", async () => {
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}" };
    cluster.request("PATCH", "/apis/networking.k8s.io/v1/namespaces/team/ingresses/app", {
      metadata: { annotations },
    });
    expect((await workshop.plan()).exitCode).toBe(0);
  });

  it("are replaced when their name changes", async () => {
    workshop.write(OBJECTS("20", "www.example.com", "other"));
    const planned = await workshop.plan();
    expect(planned.stderr).toBe("");
    expect(planned.stdout).toContain("7 to add, 0 to change, 7 to destroy");
    workshop.write(OBJECTS("20", "www.example.com"));
  });

  it("fails with the server's words when the user may not", async () => {
    const entries = cluster.world.collection<{ kubernetesGroups: string[] }>("eks.access-entries");
    const [key = ""] = entries.keys();
    entries.update(key, (entry) => ({ ...entry, kubernetesGroups: ["nobody"] }));
    const planned = await workshop.plan();
    expect(planned.exitCode).toBe(1);
    expect(planned.stderr).toMatch(
      /namespaces "team" is forbidden: User "arn:aws:iam::\d+:role\/strata-apply"/,
    );
    entries.update(key, (entry) => ({ ...entry, kubernetesGroups: ["system:masters"] }));
  });

  it("go when they are destroyed", async () => {
    expect((await workshop.destroy()).stdout).toContain("7 destroyed");
    expect(cluster.get("/api/v1/namespaces/team")).toBeUndefined();
  });

  it("fail to be waited for when a claim waits for its first pod", async () => {
    cluster.create("/apis/storage.k8s.io/v1/storageclasses", {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "gp3" },
      provisioner: "ebs.csi.aws.com",
      volumeBindingMode: "WaitForFirstConsumer",
    });
    workshop.write(`resource "kubernetes_persistent_volume_claim_v1" "data" {
      metadata {
        name = "data"
      }
      spec {
        access_modes       = ["ReadWriteOnce"]
        storage_class_name = "gp3"
        resources {
          requests = { storage = "1Gi" }
        }
      }
    }`);
    const applied = await workshop.apply();
    expect(applied.stderr).toContain("waiting for state to become 'Bound'");
    expect((await workshop.plan()).stdout).toContain("tainted");
    await workshop.destroy();
  });
});

const MANIFEST = (schedule: string) => `resource "kubernetes_manifest" "widget" {
  manifest = {
    apiVersion = "example.com/v1"
    kind       = "Widget"
    metadata   = { name = "one", namespace = "default" }
    spec       = { schedule = "${schedule}", parts = ["a", "b"] }
  }
}`;

const DEFINITION = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    names: { kind: "Widget", plural: "widgets", singular: "widget", listKind: "WidgetList" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};
const WIDGET = "/apis/example.com/v1/namespaces/default/widgets/one";

describe("kubernetes_manifest", () => {
  it("fails at plan when its definition is not there", async () => {
    workshop.write(MANIFEST("daily"));
    const planned = await workshop.plan();
    expect(planned.exitCode).toBe(1);
    expect(planned.stderr).toContain(
      "API did not recognize GroupVersionKind from manifest (CRD may not be installed)",
    );
  });

  it("is applied, left alone, changed in place and replaced", async () => {
    cluster.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", DEFINITION);
    expect((await workshop.apply()).stderr).toBe("");
    expect(cluster.get(WIDGET)?.spec).toEqual({ schedule: "daily", parts: ["a", "b"] });
    expect((await workshop.plan()).exitCode).toBe(0);
    workshop.write(MANIFEST("weekly"));
    expect((await workshop.plan()).stdout).toContain("0 to add, 1 to change, 0 to destroy");
    await workshop.apply();
    expect(cluster.get(WIDGET)?.spec).toMatchObject({ schedule: "weekly" });
    workshop.write(MANIFEST("weekly").replace('"one"', '"two"'));
    expect((await workshop.plan()).stdout).toContain("1 to add, 0 to change, 1 to destroy");
    workshop.write(MANIFEST("weekly"));
  });

  it("mends what somebody else changed only when it may, and leaves what controllers add", async () => {
    cluster.request("PATCH", WIDGET, { spec: { extra: true }, status: { phase: "Ready" } });
    expect((await workshop.plan()).exitCode).toBe(0);
    cluster.request("PATCH", WIDGET, { spec: { schedule: "never" } });
    const refused = await workshop.plan();
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("There was a field manager conflict");
    workshop.write(MANIFEST("weekly").replace(/}$/, "field_manager {\n force_conflicts = true\n }\n}"));
    expect((await workshop.plan()).exitCode).toBe(2);
    await workshop.apply();
    expect(cluster.get(WIDGET)?.spec).toMatchObject({ schedule: "weekly", extra: true });
  });
});
