import { describe, expect, it } from "vitest";
import { COLLECTIONS, type FaultRecord } from "../../../../lib/twin/world/records.ts";
import { CERTIFICATE, conditionOf, HOST, makeIngress, openToTheWorld } from "./platform.ts";
import { TestCluster } from "./test-cluster.ts";

const open = async (options: { delegated: boolean; faults?: FaultRecord[] }): Promise<TestCluster> => {
  const cluster = new TestCluster({ faults: options.faults ?? [] });
  await cluster.after(20);
  await openToTheWorld(cluster, options);
  makeIngress(cluster);
  return cluster;
};

const challenge = (cluster: TestCluster) => cluster.list("/apis/acme.cert-manager.io/v1/challenges")[0];
const secret = (cluster: TestCluster) =>
  cluster.get<{ data: Record<string, string> }>("/api/v1/namespaces/shop/secrets/frontend-tls");

describe("cert-manager", () => {
  it("issues a certificate for an ingress once the world can see the answer", async () => {
    const cluster = await open({ delegated: true });
    await cluster.after(20);
    expect(conditionOf(cluster.get(CERTIFICATE), "Issuing")).toMatchObject({ status: "True" });
    expect(challenge(cluster)?.status).toMatchObject({ state: "pending", presented: true });
    await cluster.after(40);
    const certificate = cluster.get<{ status: { notBefore: string; notAfter: string; renewalTime: string } }>(
      CERTIFICATE,
    );
    expect(conditionOf(certificate, "Ready")).toMatchObject({ status: "True" });
    expect(conditionOf(certificate, "Issuing")).toBeUndefined();
    const { notBefore, notAfter, renewalTime } = certificate?.status ?? {
      notBefore: "",
      notAfter: "",
      renewalTime: "",
    };
    const lifetime = Date.parse(notAfter) - Date.parse(notBefore);
    expect(lifetime).toBe(90 * 86_400_000);
    expect(Date.parse(renewalTime) - Date.parse(notBefore)).toBe((lifetime / 3) * 2);
    expect(Buffer.from(secret(cluster)?.data["tls.crt"] ?? "", "base64").toString()).toBe(
      `chain of public for ${HOST}`,
    );
  });

  it("fails to issue while the zone is not delegated, and says why in the challenge", async () => {
    const cluster = await open({ delegated: false });
    await cluster.after(300);
    expect(conditionOf(cluster.get(CERTIFICATE), "Ready")).toMatchObject({ status: "False" });
    expect(challenge(cluster)?.status).toMatchObject({
      state: "pending",
      reason: expect.stringContaining(`lookup ${HOST}`),
    });
    expect(secret(cluster)).toBeUndefined();
  });

  it("fails to issue for a host whose challenge never succeeds, and issues when that is repaired", async () => {
    const cluster = await open({ delegated: true, faults: [{ kind: "certificate-not-issued", host: HOST }] });
    await cluster.after(120);
    expect(challenge(cluster)?.status).toMatchObject({
      state: "pending",
      reason: expect.stringContaining("404"),
    });
    cluster.world.collection(COLLECTIONS.faults).delete("0000");
    await cluster.after(60);
    expect(conditionOf(cluster.get(CERTIFICATE), "Ready")).toMatchObject({ status: "True" });
  });

  it("fails to notice that the certificate comes from staging", async () => {
    const cluster = await open({ delegated: true, faults: [{ kind: "issuer-staging", host: HOST }] });
    await cluster.after(60);
    expect(conditionOf(cluster.get(CERTIFICATE), "Ready")).toMatchObject({ status: "True" });
    expect(Buffer.from(secret(cluster)?.data["tls.crt"] ?? "", "base64").toString()).toBe(
      `chain of staging for ${HOST}`,
    );
  });

  it("renews at the renewal time", async () => {
    const cluster = await open({ delegated: true });
    await cluster.after(61 * 86_400);
    expect(cluster.get<{ status: { revision: number } }>(CERTIFICATE)?.status.revision).toBe(2);
    expect(conditionOf(cluster.get(CERTIFICATE), "Ready")).toMatchObject({ status: "True" });
  });

  it("registers an issuer's account", async () => {
    const cluster = await open({ delegated: true });
    await cluster.after(5);
    const issuer = cluster.get<{ status: { acme: { uri: string } } }>(
      "/apis/cert-manager.io/v1/clusterissuers/production",
    );
    expect(conditionOf(issuer, "Ready")).toMatchObject({ status: "True", reason: "ACMEAccountRegistered" });
    expect(issuer?.status.acme.uri).toMatch(/^https:\/\/acme-v02\.api\.letsencrypt\.org\/acme\/acct\/\d+$/);
  });
});

describe("webhook configurations", () => {
  const bundles = (cluster: TestCluster) =>
    cluster
      .list("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations")
      .filter(({ metadata }) => metadata.name === "cert-manager-webhook")
      .flatMap(({ webhooks }) =>
        (webhooks as { clientConfig: { caBundle?: string } }[]).map(
          ({ clientConfig }) => clientConfig.caBundle,
        ),
      );

  it("get their CA from the injector", async () => {
    const cluster = await open({ delegated: true });
    expect(bundles(cluster)).toEqual([expect.stringMatching(/^LS0t/)]);
  });

  it("fail to get it when the injector does not come", async () => {
    const cluster = await open({
      delegated: true,
      faults: [{ kind: "webhook-without-ca", webhook: "cert-manager-webhook" }],
    });
    await cluster.after(600);
    expect(bundles(cluster)).toEqual([undefined]);
  });
});
