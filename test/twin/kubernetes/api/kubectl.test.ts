import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { SYSTEM_MASTERS } from "../../../../lib/twin/kubernetes/contract.ts";
import { deployment } from "./cluster-fixture.ts";
import { type FrontFixture, frontFixture } from "./front-fixture.ts";

const run = promisify(execFile);
const isInstalled = spawnSync("kubectl", ["version", "--client"]).status === 0;
if (!isInstalled) console.warn("kubectl is not installed: its conformance tests are skipped");

const crd = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "foos.acme.io" },
  spec: {
    group: "acme.io",
    scope: "Namespaced",
    names: { plural: "foos", kind: "Foo" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
};

describe.skipIf(!isInstalled)("kubectl", () => {
  let fixture: FrontFixture;
  const directory = mkdtempSync(join(tmpdir(), "kubectl-"));
  const manifest = join(directory, "manifest.yaml");

  const kubectl = async (...args: string[]): Promise<string> => {
    const options = { env: { ...process.env, KUBECONFIG: join(directory, "config"), HOME: directory } };
    const { stdout } = await run("kubectl", args, options);
    return stdout.trim();
  };
  const web = (replicas: number, image: string): object => ({
    ...(deployment("web", { replicas }) as object),
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "main", image }] } },
    },
  });
  const write = (...objects: object[]): void =>
    writeFileSync(manifest, objects.map((object) => stringify(object)).join("---\n"));

  beforeAll(async () => {
    fixture = await frontFixture("prod");
    writeFileSync(join(directory, "config"), fixture.front.kubeconfig("prod"));
  });
  afterAll(async () => {
    await fixture.front.close();
    rmSync(directory, { recursive: true });
  });

  it("lists namespaces over TLS with the cluster's own authority", async () => {
    expect(await kubectl("get", "namespaces", "-o", "name")).toContain("namespace/kube-system");
  });

  it("applies, applies again as a patch, and server-side", async () => {
    write(web(2, "pause:1"), crd);
    expect(await kubectl("apply", "-f", manifest)).toContain("deployment.apps/web created");
    write(web(2, "pause:2"), crd);
    const again = await kubectl("apply", "-f", manifest);
    expect(again).toContain("deployment.apps/web configured");
    expect(again).toContain("customresourcedefinition.apiextensions.k8s.io/foos.acme.io unchanged");
    await kubectl("apply", "--server-side", "--force-conflicts", "-f", manifest);
    const image = "jsonpath={.spec.template.spec.containers[*].image}";
    expect(await kubectl("get", "deployment", "web", "-o", image)).toBe("pause:2");
    expect(
      await kubectl("wait", "--for=condition=Established", "crd/foos.acme.io", "--timeout=5s"),
    ).toContain("condition met");
  });

  it("prints the columns that people know", async () => {
    const [header = "", row = ""] = (await kubectl("get", "deployments")).split("\n");
    expect(header.split(/\s+/)).toEqual(["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"]);
    expect(row.split(/\s+/).slice(0, 2)).toEqual(["web", "0/2"]);
  });

  it("waits for a change that comes while it watches", async () => {
    const waiting = kubectl("wait", "--for=condition=Available", "deployment/web", "--timeout=20s");
    const timer = setTimeout(() => {
      fixture.kubernetes.cluster("prod").handle({
        user: SYSTEM_MASTERS,
        method: "PATCH",
        path: "/apis/apps/v1/namespaces/default/deployments/web/status",
        contentType: "application/merge-patch+json",
        body: { status: { conditions: [{ type: "Available", status: "True" }] } },
      });
    }, 500);
    expect(await waiting).toBe("deployment.apps/web condition met");
    clearTimeout(timer);
  });

  it("asks what it may, scales, and deletes a namespace with what is in it", async () => {
    expect(await kubectl("auth", "can-i", "delete", "nodes")).toBe("yes");
    await kubectl("scale", "deployment/web", "--replicas=5");
    expect(await kubectl("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}")).toBe("5");
    await kubectl("create", "namespace", "shop");
    await kubectl("create", "configmap", "c", "--from-literal=a=b", "-n", "shop");
    expect(await kubectl("get", "configmap", "c", "-n", "shop", "-o", "jsonpath={.data.a}")).toBe("b");
    await kubectl("delete", "namespace", "shop", "--timeout=10s");
    await expect(kubectl("get", "namespace", "shop")).rejects.toThrow('namespaces "shop" not found');
  });
});
