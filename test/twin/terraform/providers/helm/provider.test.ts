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

interface ReleaseOptions {
  readonly version?: string;
  readonly values?: string;
  readonly extra?: string;
  readonly namespace?: string;
  readonly repository?: string;
}

const release = ({
  version = "4.15.1",
  values = "{}",
  extra = "",
  namespace = "edge",
  repository = "https://kubernetes.github.io/ingress-nginx",
}: ReleaseOptions = {}) => `
resource "helm_release" "ingress" {
  name             = "ingress-nginx"
  repository       = "${repository}"
  chart            = "ingress-nginx"
  version          = "${version}"
  namespace        = "${namespace}"
  create_namespace = true
  values           = [yamlencode(${values})]
  ${extra}
}`;

const DEPLOYMENT = "/apis/apps/v1/namespaces/edge/deployments/ingress-nginx-controller";
const secrets = () =>
  cluster.list("/api/v1/namespaces/edge/secrets").filter(({ type }) => type === "helm.sh/release.v1");
const stderr = async (hcl: string): Promise<string> => {
  workshop.write(hcl);
  const { exitCode, stderr: text } = await workshop.plan();
  expect(exitCode).toBe(1);
  return text.replace(/\s*│?\s*\n\s*│?\s*/g, " ");
};

describe("helm_release", () => {
  it("fails at plan for a version, chart or repository that is not recorded", async () => {
    expect(await stderr(release({ version: "4.0.0" }))).toContain("version 4.15.1 is recorded");
    expect(await stderr(release({ repository: "https://charts.example.com" }))).toContain(
      "recorded from https://kubernetes.github.io/ingress-nginx",
    );
    expect(
      await stderr(release().replace('"ingress-nginx"\n  version', '"nginx-ingress"\n  version')),
    ).toContain("recorded charts are alloy, argo-cd");
  });

  it("fails at plan for values that the chart's schema forbids", async () => {
    const hcl = `resource "helm_release" "cm" {
      name       = "cert-manager"
      repository = "https://charts.jetstack.io"
      chart      = "cert-manager"
      version    = "v1.21.1"
      values     = [yamlencode({ replicaCuont = 2 })]
    }`;
    expect(await stderr(hcl)).toContain("Additional property replicaCuont is not allowed");
  });

  it("makes the chart's objects, keeps Helm's record, and is left alone", async () => {
    workshop.write(release({ values: "{ controller = { replicaCount = 2 } }" }));
    const applied = await workshop.apply();
    expect(applied.stderr).toBe("");
    expect(cluster.get(DEPLOYMENT)).toMatchObject({
      metadata: {
        labels: { "app.kubernetes.io/managed-by": "Helm" },
        annotations: { "meta.helm.sh/release-name": "ingress-nginx" },
      },
      spec: { replicas: 2 },
    });
    expect(secrets().map(({ metadata }) => [metadata.name, metadata.labels?.status])).toEqual([
      ["sh.helm.release.v1.ingress-nginx.v1", "deployed"],
    ]);
    expect((await workshop.plan()).exitCode).toBe(0);
    expect(cluster.journal.at(-1)).toMatchObject({
      action: "create",
      type: "helm_release",
      lastsMilliseconds: 70_000,
    });
  });

  it("is upgraded in place when a value changes: objects change, come and go", async () => {
    workshop.write(
      release({ values: "{ controller = { replicaCount = 3, admissionWebhooks = { enabled = false } } }" }),
    );
    expect((await workshop.plan()).stdout).toContain("0 to add, 1 to change, 0 to destroy");
    await workshop.apply();
    expect(cluster.get(DEPLOYMENT)?.spec).toMatchObject({ replicas: 3 });
    expect(cluster.list("/apis/policy/v1/namespaces/edge/poddisruptionbudgets")).toHaveLength(1);
    expect(
      cluster.get(
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/ingress-nginx-admission",
      ),
    ).toBeUndefined();
    expect(secrets().map(({ metadata }) => metadata.labels?.status)).toEqual(["superseded", "deployed"]);
    expect((await workshop.plan()).exitCode).toBe(0);
  });

  it("is replaced when its namespace changes", async () => {
    workshop.write(release({ namespace: "elsewhere" }));
    expect((await workshop.plan()).stdout).toContain("must be replaced");
  });

  it("takes values from set, over those of values", async () => {
    const extra = 'set = [{ name = "controller.replicaCount", value = "4" }]';
    workshop.write(release({ values: "{ controller = { replicaCount = 2 } }", extra }));
    await workshop.apply();
    expect(cluster.get(DEPLOYMENT)?.spec).toMatchObject({ replicas: 4 });
    expect((await workshop.plan()).exitCode).toBe(0);
  });

  it("takes its objects with it", async () => {
    expect((await workshop.destroy()).stdout).toContain("1 destroyed");
    expect(cluster.get(DEPLOYMENT)).toBeUndefined();
    expect(secrets()).toEqual([]);
  });

  it("leaves definitions that are to be kept", async () => {
    workshop.write(`resource "helm_release" "cm" {
      name       = "cert-manager"
      repository = "https://charts.jetstack.io"
      chart      = "cert-manager"
      version    = "v1.21.1"
      values     = [yamlencode({ crds = { enabled = true } })]
    }`);
    await workshop.apply();
    await workshop.destroy();
    expect(
      cluster.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/certificates.cert-manager.io"),
    ).toBeDefined();
    expect(cluster.get("/apis/apps/v1/namespaces/default/deployments/cert-manager")).toBeUndefined();
  });

  it("fails after its timeout when an image cannot be pulled, and stays as evidence", async () => {
    cluster.world
      .collection("faults")
      .set("0000", { kind: "image-unpullable", image: "ingress-nginx/controller" });
    workshop.write(release({ extra: "timeout = 120" }));
    const applied = await workshop.apply();
    expect(applied.stderr).toContain("context deadline exceeded");
    expect(cluster.journal.at(-1)).toMatchObject({ action: "create", lastsMilliseconds: 120_000 });
    expect(secrets().map(({ metadata }) => metadata.labels?.status)).toEqual(["failed"]);
    expect(cluster.get(DEPLOYMENT)).toBeDefined();
    cluster.world.collection("faults").delete("0000");
    expect((await workshop.apply()).stderr).toBe("");
    expect((await workshop.plan()).exitCode).toBe(0);
  });
});
