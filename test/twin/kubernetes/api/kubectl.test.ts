import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type KubernetesFront, serveKubernetes } from "../../../../lib/twin/kubernetes/api/serve.ts";
import { mintClusterAuthority } from "../../../../lib/twin/network/cluster-authority.ts";
import { followRealTime, type Pace } from "../../../../lib/twin/real-time.ts";
import { type ClusterRecord, COLLECTIONS } from "../../../../lib/twin/world/records.ts";
import { TestCluster } from "../controllers/test-cluster.ts";

const run = promisify(execFile);
const isInstalled = spawnSync("kubectl", ["version", "--client"]).status === 0;
if (!isInstalled) console.warn("kubectl is not installed: its conformance tests are skipped");

const web = (image: string, extra: object = {}): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", labels: { app: "web" }, ...extra },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "main", image }] } },
  },
});

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "foos.acme.io" },
  spec: {
    group: "acme.io",
    scope: "Namespaced",
    names: { plural: "foos", singular: "foo", kind: "Foo", shortNames: ["fo"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        additionalPrinterColumns: [{ name: "Size", type: "integer", jsonPath: ".spec.size" }],
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                required: ["size"],
                properties: {
                  size: { type: "integer", minimum: 1, description: "How large it is." },
                  name: { type: "string", pattern: "^[a-z]+$" },
                },
                "x-kubernetes-validations": [
                  { rule: "self.size < 10 || has(self.name)", message: "what is large needs a name" },
                ],
              },
            },
          },
        },
      },
    ],
  },
};

const foo = (name: string, spec: object): object => ({
  apiVersion: "acme.io/v1",
  kind: "Foo",
  metadata: { name },
  spec,
});

/** One served cluster with its controllers, whose time runs a hundred times as fast, for all cases. */
describe.skipIf(!isInstalled)("kubectl", () => {
  let front: KubernetesFront;
  let pace: Pace;
  const directory = mkdtempSync(join(tmpdir(), "kubectl-"));
  const manifest = join(directory, "manifest.yaml");

  /** What it prints on both channels; fails with them if it fails. */
  const kubectl = async (...args: string[]): Promise<string> => {
    const options = { env: { ...process.env, KUBECONFIG: join(directory, "config"), HOME: directory } };
    const { stdout, stderr } = await run("kubectl", args, options);
    return (stdout + stderr).trim();
  };
  const columns = (text: string): string[] => (text.split("\n")[0] ?? "").split(/\s{2,}/);
  const write = (...objects: object[]): void =>
    writeFileSync(manifest, objects.map((object) => stringify(object)).join("---\n"));

  beforeAll(async () => {
    const cluster = new TestCluster();
    const authority = mintClusterAuthority(cluster.world, "demo", "eu-central-1");
    cluster.world
      .collection<ClusterRecord>(COLLECTIONS.clusters)
      .update("demo", (record) => ({ ...record, ...authority }));
    await cluster.after(60);
    const { world, kubernetes, context } = cluster;
    front = await serveKubernetes({ world, aws: context.aws, kubernetes });
    pace = followRealTime(cluster.clock, 100);
    writeFileSync(join(directory, "config"), front.kubeconfig("demo"));
    write(web("pause:1"), definition);
    await kubectl("apply", "-f", manifest);
    await kubectl("rollout", "status", "deployment/web", "--timeout=20s");
  });
  afterAll(async () => {
    await pace.stop();
    await front.close();
    rmSync(directory, { recursive: true });
  });

  it("prints the columns that people know, of a definition's own kinds, too", async () => {
    expect(columns(await kubectl("get", "deployment", "web", "-o", "wide"))).toEqual([
      "NAME",
      "READY",
      "UP-TO-DATE",
      "AVAILABLE",
      "AGE",
      "CONTAINERS",
      "IMAGES",
      "SELECTOR",
    ]);
    expect(columns(await kubectl("get", "nodes", "-o", "wide"))).toEqual([
      "NAME",
      "STATUS",
      "ROLES",
      "AGE",
      "VERSION",
      "INTERNAL-IP",
      "EXTERNAL-IP",
      "OS-IMAGE",
      "KERNEL-VERSION",
      "CONTAINER-RUNTIME",
    ]);
    write(foo("small", { size: 3 }));
    await kubectl("apply", "-f", manifest);
    expect(await kubectl("get", "fo")).toMatch(/^NAME\s+SIZE\nsmall\s+3$/);
  });

  it("chooses by label and field, in pages, in every form", async () => {
    const names = await kubectl("get", "pods", "-l", "app=web", "--chunk-size=1", "-o", "name");
    expect(names.split("\n")).toHaveLength(2);
    const path = "jsonpath={.items[*].metadata.namespace}";
    expect(
      await kubectl("get", "pods", "-A", "--field-selector", "metadata.namespace=default", "-o", path),
    ).toBe("default default");
  });

  it("holds custom resources to their definition", async () => {
    write(
      foo("none", { size: 0, name: "UPPER" }),
      foo("large", { size: 11 }),
      foo("odd", { size: 1, colour: "red" }),
    );
    const refused = await kubectl("apply", "-f", manifest).catch((error: Error) => error.message);
    expect(refused).toContain("spec.size in body should be greater than or equal to 1");
    expect(refused).toContain("spec.name in body should match '^[a-z]+$'");
    expect(refused).toContain("what is large needs a name");
    expect(refused).toContain('strict decoding error: unknown field "spec.colour"');
  });

  it("explains types and definitions", async () => {
    expect(await kubectl("explain", "deployment.spec.selector")).toContain("FIELD: selector <LabelSelector>");
    expect(await kubectl("explain", "foo", "--recursive")).toMatch(
      /spec\t<Object>\n\s+name\t<string>\n\s+size\t<integer> -required-/,
    );
  });

  it("applies on the server, in conflict with others unless it insists, and tells differences", async () => {
    write(web("pause:2"));
    const other = kubectl("apply", "--server-side", "--field-manager=other", "-f", manifest);
    await expect(other).rejects.toThrow('conflict with "kubectl-client-side-apply"');
    const differs = kubectl("diff", "-f", manifest).catch((error: { stdout: string }) => error.stdout);
    expect(await differs).toMatch(/-\s+- image: pause:1\n\+\s+- image: pause:2/);
    expect(await kubectl("apply", "--dry-run=server", "-f", manifest)).toBe(
      "deployment.apps/web configured (server dry run)",
    );
    const forced = await kubectl("apply", "--server-side", "--force-conflicts", "-f", manifest);
    expect(forced).toContain("deployment.apps/web serverside-applied");
  });

  it("follows a rollout, knows its history, and takes it back", async () => {
    await kubectl("rollout", "status", "deployment/web", "--timeout=20s");
    await kubectl("rollout", "undo", "deployment/web");
    await kubectl("rollout", "status", "deployment/web", "--timeout=20s");
    expect(
      await kubectl("get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[*].image}"),
    ).toBe("pause:1");
    expect(
      (await kubectl("rollout", "history", "deployment/web"))
        .split("\n")
        .slice(2)
        .map((line) => line.split(" ")[0]),
    ).toEqual(["2", "3"]);
    expect(await kubectl("describe", "deployment", "web")).toMatch(
      /Normal\s+ScalingReplicaSet.*Scaled up replica set/,
    );
  });

  it("makes things by words alone, runs a smoke job and reads what it said", async () => {
    await kubectl("create", "job", "smoke", "--image=busybox", "--", "sh", "-c", "echo all is well");
    expect(await kubectl("wait", "--for=condition=Complete", "job/smoke", "--timeout=20s")).toBe(
      "job.batch/smoke condition met",
    );
    expect(await kubectl("logs", "job/smoke")).toBe("all is well");
    write({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "broken" },
      spec: {
        backoffLimit: 0,
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [{ name: "main", image: "busybox", command: ["sh", "-c", "exit 3"] }],
          },
        },
      },
    });
    await kubectl("apply", "-f", manifest);
    expect(
      await kubectl("wait", "--for=jsonpath={.status.failed}=1", "job/broken", "--timeout=20s"),
    ).toContain("condition met");
  });

  it("patches in three ways, labels, annotates, scales and edits", async () => {
    await kubectl(
      "patch",
      "deployment",
      "web",
      "--type=json",
      "-p",
      '[{"op":"replace","path":"/spec/replicas","value":3}]',
    );
    await kubectl("patch", "deployment", "web", "--type=merge", "-p", '{"spec":{"minReadySeconds":1}}');
    await kubectl(
      "patch",
      "deployment",
      "web",
      "-p",
      '{"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"A","value":"b"}]}]}}}}',
    );
    await kubectl("label", "deployment", "web", "tier=front");
    await kubectl("annotate", "deployment", "web", "why=because");
    await kubectl("scale", "deployment", "web", "--replicas=2");
    const path =
      "jsonpath={.spec.replicas} {.spec.minReadySeconds} {.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].env[0].value} {.metadata.labels.tier} {.metadata.annotations.why}";
    expect(await kubectl("get", "deployment", "web", "-o", path)).toBe("2 1 pause:1 b front because");
  });

  it("says who one is and what one may, and lets one be another", async () => {
    expect(await kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")).toBe("twin-admin");
    expect(await kubectl("auth", "can-i", "delete", "deployments")).toBe("yes");
    await expect(kubectl("auth", "can-i", "delete", "deployments", "--as=jane")).rejects.toThrow();
    expect(await kubectl("auth", "can-i", "--list", "--as=jane")).toContain(
      "selfsubjectaccessreviews.authorization.k8s.io",
    );
    await expect(kubectl("get", "secrets", "--as=jane")).rejects.toThrow(
      'User "jane" cannot list resource "secrets"',
    );
  });

  it("drains a node as far as a disruption budget lets it", async () => {
    await kubectl("rollout", "status", "deployment/web", "--timeout=20s");
    await kubectl("create", "pdb", "web", "--selector=app=web", "--min-available=2");
    const node = await kubectl("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].spec.nodeName}");
    const drain = ["drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--pod-selector=app=web"];
    await expect(kubectl(...drain, "--timeout=1s")).rejects.toThrow(
      "would violate the pod's disruption budget",
    );
    await kubectl("delete", "pdb", "web");
    expect(await kubectl(...drain, "--timeout=20s")).toContain("drained");
    expect(await kubectl("get", "node", node)).toContain("SchedulingDisabled");
    await kubectl("uncordon", node);
  });

  it("waits for finalizers, and leaves orphans", async () => {
    await kubectl("create", "configmap", "held");
    await kubectl("patch", "configmap", "held", "-p", '{"metadata":{"finalizers":["acme.io/hold"]}}');
    await kubectl("delete", "configmap", "held", "--wait=false");
    const gone = kubectl("wait", "--for=delete", "configmap/held", "--timeout=20s");
    await kubectl("patch", "configmap", "held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
    await gone;
    await kubectl("delete", "deployment", "web", "--cascade=orphan");
    expect(await kubectl("get", "replicasets", "-l", "app=web", "-o", "name")).toContain(
      "replicaset.apps/web-",
    );
  });

  it("refuses what would need a running container", async () => {
    const pod = await kubectl("get", "pods", "-l", "app=web", "-o", "name");
    const [first = ""] = pod.split("\n");
    await expect(kubectl("exec", first, "--", "sh")).rejects.toThrow(
      /twin runs no containers|unable to upgrade connection/,
    );
  });

  it("knows its server", async () => {
    expect(await kubectl("version")).toContain("Server Version: v1.35");
    expect(await kubectl("api-resources", "--api-group=acme.io")).toMatch(
      /foos\s+fo\s+acme.io\/v1\s+true\s+Foo/,
    );
    expect((await kubectl("api-versions")).split("\n")).toContain("apps/v1");
  });
});
