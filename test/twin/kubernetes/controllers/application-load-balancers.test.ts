import { beforeEach, describe, expect, it } from "vitest";
import {
  type CertificateRecord,
  COLLECTIONS,
  type LoadBalancerRecord,
} from "../../../../lib/twin/world/records.ts";
import { install } from "./platform.ts";
import { TestCluster } from "./test-cluster.ts";

const INGRESSES = "/apis/networking.k8s.io/v1/namespaces/edge/ingresses";
const CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/one";
const ROLE = "arn:aws:iam::111122223333:role/demo-load-balancer-controller";

/** Where a Deployment of the controller runs, with what the platform gives its chart. */
async function withController(values: object = {}): Promise<TestCluster> {
  const cluster = new TestCluster();
  cluster.world.collection<CertificateRecord>(COLLECTIONS.certificates).set(CERTIFICATE, {
    arn: CERTIFICATE,
    domainNames: ["*.demo.example.com"],
    status: "ISSUED",
    proof: { name: "_a.demo.example.com.", value: "_b.acm-validations.aws." },
    serial: "0a",
    notBefore: 0,
    notAfter: 0,
  });
  install(cluster, "aws-load-balancer-controller", "aws-load-balancer-controller", "edge", {
    clusterName: "demo",
    serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": ROLE } },
    ingressClassParams: { spec: { group: { name: "edge" }, certificateArn: [CERTIFICATE] } },
    ...values,
  });
  await cluster.after(120);
  return cluster;
}

const makeIngress = (cluster: TestCluster, name: string, className = "alb"): void => {
  cluster.create(INGRESSES, {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name,
      namespace: "edge",
      annotations: { "alb.ingress.kubernetes.io/load-balancer-name": "demo-edge" },
    },
    spec: { ingressClassName: className, defaultBackend: { service: { name, port: { number: 80 } } } },
  });
};
const balancersOf = (cluster: TestCluster) =>
  cluster.world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).values();
const hostnameOf = (cluster: TestCluster, name: string) =>
  cluster.get<{ status?: { loadBalancer?: { ingress?: { hostname: string }[] } } }>(`${INGRESSES}/${name}`)
    ?.status?.loadBalancer?.ingress?.[0]?.hostname;

describe("Ingresses of the class alb", () => {
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await withController();
  });

  it("share one load balancer, whose name stands in the status of each", async () => {
    makeIngress(cluster, "edge");
    makeIngress(cluster, "shop");
    await cluster.after(60);
    const [balancer, ...others] = balancersOf(cluster);
    expect([balancer?.name, balancer?.type, others]).toEqual(["demo-edge", "application", []]);
    expect(balancer?.dnsName).toMatch(/^demo-edge-\d+\.eu-central-1\.elb\.amazonaws\.com$/);
    expect([hostnameOf(cluster, "edge"), hostnameOf(cluster, "shop")]).toEqual([
      balancer?.dnsName,
      balancer?.dnsName,
    ]);
  });

  it("keep it until the last of them is gone", async () => {
    makeIngress(cluster, "edge");
    makeIngress(cluster, "shop");
    await cluster.after(60);
    cluster.request("DELETE", `${INGRESSES}/edge`);
    await cluster.after(5);
    expect([cluster.get(`${INGRESSES}/edge`), balancersOf(cluster).length]).toEqual([undefined, 1]);
    cluster.request("DELETE", `${INGRESSES}/shop`);
    await cluster.after(5);
    expect(balancersOf(cluster)).toEqual([]);
  });

  it("take it along when their controller is removed in the same instant, after them", async () => {
    makeIngress(cluster, "edge");
    await cluster.after(60);
    cluster.request("DELETE", `${INGRESSES}/edge`);
    expect(cluster.get(`${INGRESSES}/edge`)).toBeUndefined();
    cluster.request("DELETE", "/apis/apps/v1/namespaces/edge/deployments/aws-load-balancer-controller");
    await cluster.after(5);
    expect(balancersOf(cluster)).toEqual([]);
  });

  it("stay while the controller's role may not delete the load balancer", async () => {
    makeIngress(cluster, "edge");
    await cluster.after(60);
    cluster.denied.add("elasticloadbalancing:DeleteLoadBalancer");
    cluster.request("DELETE", `${INGRESSES}/edge`);
    await cluster.after(60);
    expect(cluster.get(`${INGRESSES}/edge`)?.metadata.deletionTimestamp).toBeDefined();
    cluster.denied.clear();
    await cluster.after(60);
    expect(cluster.get(`${INGRESSES}/edge`)).toBeUndefined();
  });

  it("get none while its role may not make one, or its certificate is not issued", async () => {
    cluster.denied.add("elasticloadbalancing:CreateLoadBalancer");
    makeIngress(cluster, "edge");
    await cluster.after(120);
    expect(balancersOf(cluster)).toEqual([]);
    cluster.denied.clear();
    const certificates = cluster.world.collection<CertificateRecord>(COLLECTIONS.certificates);
    certificates.update(CERTIFICATE, (record) => ({ ...record, status: "PENDING_VALIDATION" as const }));
    await cluster.after(120);
    expect(balancersOf(cluster)).toEqual([]);
    certificates.update(CERTIFICATE, (record) => ({ ...record, status: "ISSUED" as const }));
    await cluster.after(60);
    expect(hostnameOf(cluster, "edge")).toBeDefined();
  });

  it("are no others: an Ingress of another class is left alone", async () => {
    makeIngress(cluster, "edge", "nginx");
    await cluster.after(60);
    expect(balancersOf(cluster)).toEqual([]);
    expect(cluster.get(`${INGRESSES}/edge`)?.metadata.finalizers).toBeUndefined();
  });
});

it("a controller whose service account has no role makes nothing", async () => {
  const cluster = await withController({ serviceAccount: {} });
  makeIngress(cluster, "edge");
  await cluster.after(120);
  expect(balancersOf(cluster)).toEqual([]);
});
