import { X509Certificate } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect, type PeerCertificate } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SYSTEM_MASTERS } from "../../../lib/twin/kubernetes/contract.ts";
import type { Json } from "../../../lib/twin/world/world.ts";
import { STARTS_AT } from "../kubernetes/api/cluster-fixture.ts";
import { BALANCER, type NetworkFixture, networkFixture } from "./network-fixture.ts";

const HOST = "app.shop.example.com";
const DAY = 86_400_000;

describe("the edge behind the load balancers", () => {
  let fixture: NetworkFixture;
  beforeEach(async () => {
    fixture = await networkFixture();
    installIngress();
  });
  afterEach(() => fixture.network.close());

  const send = (
    method: "POST" | "PATCH" | "DELETE",
    path: string,
    body?: Json,
    contentType?: string,
  ): void => {
    const answer = fixture.kubernetes.cluster("prod").handle({
      user: SYSTEM_MASTERS,
      method,
      path,
      ...(body === undefined ? {} : { body }),
      ...(contentType ? { contentType } : {}),
    });
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  };
  const create = (
    path: string,
    apiVersion: string,
    kind: string,
    name: string,
    content: { [key: string]: Json },
    labels: Json = {},
  ): void => send("POST", path, { apiVersion, kind, metadata: { name, labels }, ...content });

  function installIngress(): void {
    const labels = { "app.kubernetes.io/name": "ingress-nginx" };
    const services = "/api/v1/namespaces/kube-system/services";
    create("/apis/networking.k8s.io/v1/ingressclasses", "networking.k8s.io/v1", "IngressClass", "nginx", {
      spec: { controller: "k8s.io/ingress-nginx" },
    });
    create(
      services,
      "v1",
      "Service",
      "ingress-nginx-controller",
      { spec: { type: "LoadBalancer", ports: [{ port: 443 }] } },
      labels,
    );
    const status = { status: { loadBalancer: { ingress: [{ hostname: BALANCER }] } } };
    send("PATCH", `${services}/ingress-nginx-controller/status`, status, "application/merge-patch+json");
  }

  function installSite(tls: boolean): void {
    create("/api/v1/namespaces/default/services", "v1", "Service", "web", {
      spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
    });
    const paths = [
      { path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } },
    ];
    create(
      "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
      "networking.k8s.io/v1",
      "Ingress",
      "web",
      {
        spec: {
          ingressClassName: "nginx",
          ...(tls ? { tls: [{ hosts: [HOST], secretName: "web-tls" }] } : {}),
          rules: [{ host: HOST, http: { paths } }],
        },
      },
    );
  }

  function startPod(): void {
    const spec = { containers: [{ name: "main", image: "pause:3" }] };
    create("/api/v1/namespaces/default/pods", "v1", "Pod", "web-1", { spec }, { app: "web" });
    const status = { conditions: [{ type: "Ready", status: "True" }] };
    send("PATCH", "/api/v1/namespaces/default/pods/web-1/status", { status }, "application/merge-patch+json");
  }

  async function installCertificate(authority: "public" | "staging"): Promise<string> {
    const { chain, privateKey, serial } = await fixture.network.authorities.issue({
      authority,
      dnsNames: [HOST],
      notBefore: Date.now() - DAY,
      notAfter: Date.now() + 90 * DAY,
    });
    const data = {
      "tls.crt": Buffer.from(chain).toString("base64"),
      "tls.key": Buffer.from(privateKey).toString("base64"),
    };
    create("/api/v1/namespaces/default/secrets", "v1", "Secret", "web-tls", {
      type: "kubernetes.io/tls",
      data,
    });
    return serial;
  }

  function socketAt(port: 80 | 443): { host: string; port: number } {
    const { hosts, tcp } = fixture.network.snapshot();
    const socket = tcp[`${hosts[BALANCER]?.[0]}:${port}`];
    if (!socket) throw new Error(`nothing listens on ${port}`);
    return socket;
  }

  function handshake(servername: string): Promise<{ authorized: boolean; certificate: PeerCertificate }> {
    const ca = [...fixture.network.snapshot().trustedRoots];
    return new Promise((resolve, reject) => {
      const socket = connect({ ...socketAt(443), servername, ca, rejectUnauthorized: false }, () => {
        resolve({ authorized: socket.authorized, certificate: socket.getPeerCertificate() });
        socket.destroy();
      });
      socket.on("error", reject);
    });
  }

  function get(path = "/"): Promise<{ status: number; location: string | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        { ...socketAt(80), path, headers: { host: HOST }, agent: false },
        (response) => {
          let body = "";
          response.on("data", (chunk) => {
            body += chunk;
          });
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, location: response.headers.location, body }),
          );
        },
      );
      request.on("error", reject);
      request.end();
    });
  }

  it("shows the certificate in the Secret of the host's Ingress, trusted by its public authority", async () => {
    installSite(true);
    const serial = await installCertificate("public");
    const { authorized, certificate } = await handshake(HOST);
    expect(authorized).toBe(true);
    expect(certificate.serialNumber.toLowerCase()).toBe(serial);
    expect(certificate.issuer).toMatchObject({ O: "Let's Encrypt" });
  });

  it("shows a certificate of the staging authority that nobody trusts", async () => {
    installSite(true);
    await installCertificate("staging");
    const { authorized, certificate } = await handshake(HOST);
    expect(authorized).toBe(false);
    expect(certificate.issuer.O).toMatch(/^\(STAGING\)/);
  });

  it("falls back on the controller's fake certificate without Secret and for unknown hosts", async () => {
    installSite(true);
    for (const host of [HOST, "other.example.com"]) {
      const { authorized, certificate } = await handshake(host);
      expect(authorized).toBe(false);
      expect(certificate.subject.CN).toBe("Kubernetes Ingress Controller Fake Certificate");
    }
  });

  it("answers 404 without an Ingress, 503 without a ready pod, 200 with one", async () => {
    expect((await get()).status).toBe(404);
    installSite(false);
    expect((await get()).status).toBe(503);
    startPod();
    expect(await get("/cart")).toMatchObject({ status: 200, body: `${HOST}/cart by default/web\n` });
  });

  it("redirects to https once TLS is configured", async () => {
    installSite(true);
    expect(await get("/cart?x=1")).toMatchObject({ status: 308, location: `https://${HOST}/cart?x=1` });
  });

  it("is not there before the load balancer is active", () => {
    const balancers = fixture.world.collection<{ activeAt: number }>("elb.load-balancers");
    balancers.update("ingress", (balancer) => ({ ...balancer, activeAt: STARTS_AT + 1 }));
    expect(() => socketAt(443)).toThrow("nothing listens");
  });

  it("issues the same certificates in the same world, valid as long as was asked for", async () => {
    const worlds = await Promise.all([networkFixture(), networkFixture()]);
    const validity = { notBefore: STARTS_AT, notAfter: STARTS_AT + 64 * DAY };
    const [one, two] = await Promise.all(
      worlds.map(({ network }) =>
        network.authorities.issue({ authority: "public", dnsNames: [HOST], ...validity }),
      ),
    );
    await Promise.all(worlds.map(({ network }) => network.close()));
    expect(one).toEqual(two);
    const leaf = new X509Certificate(one?.chain ?? "");
    expect([leaf.validFromDate.getTime(), leaf.validToDate.getTime()]).toEqual(Object.values(validity));
    expect(leaf.subjectAltName).toBe(`DNS:${HOST}`);
  });
});
