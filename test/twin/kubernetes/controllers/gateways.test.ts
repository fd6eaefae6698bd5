import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiObject } from "../../../../lib/twin/kubernetes/api/api-object.ts";
import { delegate } from "../../../../lib/twin/network/delegation.ts";
import { TwinNetwork } from "../../../../lib/twin/network/network.ts";
import {
  COLLECTIONS,
  type DnsRecord,
  type LoadBalancerRecord,
  type ZoneRecord,
} from "../../../../lib/twin/world/records.ts";
import type { Json } from "../../../../lib/twin/world/world.ts";
import { fakeAws } from "../api/front-fixture.ts";
import { conditionOf, DOMAIN, HOST, install } from "./platform.ts";
import { TestCluster } from "./test-cluster.ts";

const API = "gateway.networking.k8s.io/v1";
const IN = (namespace: string, plural: string) => `/apis/${API}/namespaces/${namespace}/${plural}`;
const GATEWAY = `${IN("edge", "gateways")}/edge`;
const SET = `${IN("shop", "listenersets")}/frontend`;
const ROUTE = `${IN("shop", "httproutes")}/frontend`;

const HTTP = { name: "http", port: 80, protocol: "HTTP" };

describe("Envoy Gateway", () => {
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = new TestCluster();
    await cluster.after(20);
    install(cluster, "envoy-gateway", "gateway-helm", "edge");
    cluster.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
    make("GatewayClass", `/apis/${API}/gatewayclasses`, "envoy", undefined, {
      controllerName: "gateway.envoyproxy.io/gatewayclass-controller",
    });
  });

  function make(kind: string, path: string, name: string, namespace: string | undefined, spec: Json): void {
    const metadata = namespace === undefined ? { name } : { name, namespace };
    cluster.create(path, { apiVersion: API, kind, metadata, spec });
  }

  const makeGateway = (from: string, listeners: Json[] = [HTTP]): void =>
    make("Gateway", IN("edge", "gateways"), "edge", "edge", {
      gatewayClassName: "envoy",
      allowedListeners: { namespaces: { from } },
      listeners,
    });

  function makeSite(): void {
    const certificateRefs = [{ name: "frontend-tls" }];
    make("ListenerSet", IN("shop", "listenersets"), "frontend", "shop", {
      parentRef: { name: "edge", namespace: "edge" },
      listeners: [{ name: "https", hostname: HOST, port: 443, protocol: "HTTPS", tls: { certificateRefs } }],
    });
    make("HTTPRoute", IN("shop", "httproutes"), "frontend", "shop", {
      hostnames: [HOST],
      parentRefs: [{ kind: "ListenerSet", name: "frontend" }],
      rules: [{ backendRefs: [{ name: "frontend", port: 80 }] }],
    });
  }

  const makeService = (): ApiObject =>
    cluster.create("/api/v1/namespaces/shop/services", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "frontend", namespace: "shop" },
      spec: { ports: [{ port: 80 }] },
    });

  const proxies = () => cluster.list("/api/v1/namespaces/edge/services").filter(isOfGateway);
  const isOfGateway = ({ metadata }: ApiObject) =>
    metadata.labels?.["gateway.envoyproxy.io/owning-gateway-name"] === "edge";
  const balancers = () => cluster.world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).values();
  const routeCondition = (type: string) => {
    const route = cluster.get<{ status: { parents: Json[] } }>(ROUTE);
    return conditionOf({ status: route?.status.parents[0] }, type);
  };

  it("gives a Gateway proxies and the address of a load balancer, and then calls it programmed", async () => {
    makeGateway("All");
    await cluster.after(5);
    expect(conditionOf(cluster.get(`/apis/${API}/gatewayclasses/envoy`), "Accepted")).toBeUndefined();
    await cluster.after(60);
    expect(conditionOf(cluster.get(`/apis/${API}/gatewayclasses/envoy`), "Accepted")?.status).toBe("True");
    expect(conditionOf(cluster.get(GATEWAY), "Programmed")?.status).toBe("True");
    expect(cluster.get<{ status: Json }>(GATEWAY)?.status).toMatchObject({
      addresses: [{ type: "Hostname", value: balancers()[0]?.dnsName }],
    });
  });

  it("takes both away with the Gateway", async () => {
    makeGateway("All");
    await cluster.after(60);
    expect([proxies().length, balancers().length]).toEqual([1, 1]);
    cluster.request("DELETE", GATEWAY);
    await cluster.after(5);
    expect([proxies().length, balancers().length]).toEqual([0, 0]);
  });

  it("opens the ports of the listeners that a namespace brings, and says what they lack", async () => {
    makeGateway("All");
    makeSite();
    await cluster.after(60);
    expect(proxies()[0]?.spec).toMatchObject({ ports: [{ port: 80 }, { port: 443 }] });
    expect(conditionOf(cluster.get(SET), "Programmed")?.status).toBe("False");
    expect(routeCondition("Accepted")?.status).toBe("True");
    expect(routeCondition("ResolvedRefs")).toMatchObject({ status: "False", reason: "BackendNotFound" });
    makeService();
    cluster.create("/api/v1/namespaces/shop/secrets", {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "frontend-tls", namespace: "shop" },
    });
    await cluster.after(5);
    expect(conditionOf(cluster.get(SET), "Programmed")?.status).toBe("True");
    expect(routeCondition("ResolvedRefs")?.status).toBe("True");
  });

  it.each(["None", "Same"])("refuses them where the Gateway allows listeners from %s", async (from) => {
    makeGateway(from);
    makeSite();
    await cluster.after(60);
    expect(conditionOf(cluster.get(SET), "Accepted")).toMatchObject({
      status: "False",
      reason: "NotAllowed",
    });
    expect(routeCondition("Accepted")).toMatchObject({ status: "False", reason: "NoMatchingParent" });
  });

  async function askForCertificate(): Promise<string> {
    install(cluster, "cert-manager", "cert-manager", "cert-manager", { crds: { enabled: true } });
    await cluster.after(300);
    const nameServers = ["ns-1.awsdns-01.com"];
    const zone = { id: "Z1", name: DOMAIN, nameServers, createdAt: 0, tags: {} };
    cluster.world.collection<ZoneRecord>(COLLECTIONS.zones).set("Z1", zone);
    const alias = { dnsName: balancers()[0]?.dnsName ?? "", zoneId: "Z", evaluateTargetHealth: true };
    const record = { zoneId: "Z1", name: HOST, type: "A", ttl: 60, values: [], alias, insyncAt: 0 };
    cluster.world.collection<DnsRecord>(COLLECTIONS.dnsRecords).set(`Z1/${HOST}/A/-`, record);
    delegate(cluster.world, DOMAIN, nameServers);
    const parentRefs = [{ kind: "Gateway", name: "edge", namespace: "edge", sectionName: "http" }];
    const certificates = "cert-manager.io/v1";
    cluster.create(`/apis/${certificates}/clusterissuers`, {
      apiVersion: certificates,
      kind: "ClusterIssuer",
      metadata: { name: "production" },
      spec: {
        acme: {
          server: "https://acme-v02.api.letsencrypt.org/directory",
          privateKeySecretRef: { name: "account" },
          solvers: [{ http01: { gatewayHTTPRoute: { parentRefs } } }],
        },
      },
    });
    const issuerRef = { kind: "ClusterIssuer", name: "production" };
    const path = `/apis/${certificates}/namespaces/shop/certificates`;
    cluster.create(path, {
      apiVersion: certificates,
      kind: "Certificate",
      metadata: { name: "frontend-tls", namespace: "shop" },
      spec: { secretName: "frontend-tls", dnsNames: [HOST], issuerRef },
    });
    await cluster.after(100);
    return conditionOf(cluster.get(`${path}/frontend-tls`), "Ready")?.status ?? "";
  }

  it("lets the answer to a challenge through on port 80", async () => {
    makeGateway("All");
    expect(await askForCertificate()).toBe("True");
  });

  it("leaves a challenge unanswered without the listener that the solver names", async () => {
    makeGateway("All", [{ ...HTTP, name: "web" }]);
    expect(await askForCertificate()).toBe("False");
    const [challenge] = cluster.list("/apis/acme.cert-manager.io/v1/challenges");
    expect(challenge?.status).toMatchObject({ reason: expect.stringContaining("connection refused") });
  });

  describe("to visitors", () => {
    let network: TwinNetwork;
    beforeEach(async () => {
      network = await TwinNetwork.open({
        world: cluster.world,
        aws: fakeAws(),
        kubernetes: cluster.kubernetes,
      });
    });
    afterEach(() => network.close());

    function get(path: string): Promise<{ status: number; location: string | undefined }> {
      const { hosts, tcp } = network.snapshot();
      const socket = tcp[`${hosts[balancers()[0]?.dnsName ?? ""]?.[0]}:80`];
      return new Promise((resolve, reject) => {
        const headers = { host: HOST };
        const request = httpRequest({ ...socket, path, headers, agent: false }, (response) => {
          response.resume();
          resolve({ status: response.statusCode ?? 0, location: response.headers.location });
        });
        request.on("error", reject);
        request.end();
      });
    }

    it("sends plain HTTP where a route says so, and knows no path without one", async () => {
      makeGateway("All");
      await cluster.after(300);
      expect((await get("/cart")).status).toBe(404);
      make("HTTPRoute", IN("edge", "httproutes"), "to-https", "edge", {
        parentRefs: [{ name: "edge", sectionName: "http" }],
        rules: [
          {
            filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }],
          },
        ],
      });
      await cluster.after(5);
      expect(await get("/cart?x=1")).toEqual({ status: 301, location: `https://${HOST}/cart?x=1` });
    });
  });
});
