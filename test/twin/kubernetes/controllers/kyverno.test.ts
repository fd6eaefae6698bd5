import { describe, expect, it } from "vitest";
import { helmRelease } from "../../../../lib/twin/terraform/providers/helm/release.ts";
import { install } from "./platform.ts";
import { TestCluster } from "./test-cluster.ts";

const CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
const RESOURCES = `${CONFIGURATIONS}/kyverno-resource-validating-webhook-cfg`;
const POLICY = "/apis/policies.kyverno.io/v1beta1/validatingpolicies/disallow-host-path";

const EXEMPT = {
  matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["a"] }],
};
const KYVERNO = [
  "kyverno",
  "kyverno",
  "kyverno",
  { config: { webhooks: { namespaceSelector: EXEMPT } } },
] as const;
const POLICIES = ["kyverno-policies", "kyverno-policies", "kyverno", { failurePolicy: "Ignore" }] as const;

interface Hooks {
  webhooks: { failurePolicy: string; namespaceSelector: object; clientConfig: { caBundle?: string } }[];
}
const hooks = (cluster: TestCluster): Hooks["webhooks"] | undefined =>
  cluster.get<Hooks>(RESOURCES)?.webhooks;

describe("Kyverno", () => {
  it("writes webhooks for its policies once it runs, with a CA, and calls the policies ready", async () => {
    const cluster = new TestCluster();
    install(cluster, ...KYVERNO);
    install(cluster, ...POLICIES);
    expect(hooks(cluster)).toBeUndefined();
    await cluster.after(120);
    expect(hooks(cluster)).toHaveLength(11);
    for (const hook of hooks(cluster) ?? []) {
      expect(hook).toMatchObject({ failurePolicy: "Ignore", namespaceSelector: EXEMPT });
      expect(hook.clientConfig.caBundle).toMatch(/^[\w+/=]+$/);
    }
    expect(cluster.get(POLICY)).toMatchObject({
      spec: { validationActions: ["Audit"] },
      status: { conditionStatus: { ready: true } },
    });
  });

  it("takes away the webhook of a policy that is gone", async () => {
    const cluster = new TestCluster();
    install(cluster, ...KYVERNO);
    const policies = install(cluster, ...POLICIES);
    await cluster.after(120);
    helmRelease.delete(policies, cluster.context);
    await cluster.after(10);
    expect(hooks(cluster)).toEqual([]);
  });

  it("leaves no webhook behind that nobody answers", async () => {
    const cluster = new TestCluster();
    const kyverno = install(cluster, ...KYVERNO);
    await cluster.after(120);
    expect(cluster.get(RESOURCES)).toBeDefined();
    helmRelease.delete(kyverno, cluster.context);
    await cluster.after(60);
    expect(cluster.get(RESOURCES)).toBeUndefined();
  });

  it("is not called ready by policies whose webhook nobody trusts", async () => {
    const webhook = "kyverno-resource-validating-webhook-cfg";
    const cluster = new TestCluster({ faults: [{ kind: "webhook-without-ca", webhook }] });
    install(cluster, ...KYVERNO);
    install(cluster, ...POLICIES);
    await cluster.after(120);
    expect(hooks(cluster)).toHaveLength(11);
    expect(cluster.get(POLICY)).not.toHaveProperty("status.conditionStatus.ready");
  });
});
