import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListInsightsCommand,
  ListNodegroupsCommand,
} from "@aws-sdk/client-eks";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { handler as validateArgocd } from "../../lambdas/validate-argocd/handler.ts";
import { handler as validateCertificate } from "../../lambdas/validate-certificate/handler.ts";
import { handler as validateDns } from "../../lambdas/validate-dns/handler.ts";
import { handler as validateEks } from "../../lambdas/validate-eks/handler.ts";
import { handler as validateWorkloads } from "../../lambdas/validate-workloads/handler.ts";
import {
  ConfigurationError,
  DependencyUnavailableError,
  GateFailedError,
  NotReadyError,
} from "../../lib/run/errors.ts";
import { SELF_SIGNED } from "../clients/self-signed.ts";
import { sampleRun } from "../run/samples.ts";
import { invoke, logOf, named } from "./invoke.ts";

const eks = mockClient(EKSClient);
const s3 = mockClient(S3Client);
const dynamo = mockClient(DynamoDBClient);
const sns = mockClient(SNSClient);

/** An API server of one cluster, over real TLS: path → object, anything else is forbidden. */
let objects: Record<string, object> = {};
const seen: { path: string; authorization: string }[] = [];
let server: Server;
let endpoint = "";
beforeAll(async () => {
  server = createServer({ cert: SELF_SIGNED.cert, key: SELF_SIGNED.key }, (request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    seen.push({ path, authorization: request.headers.authorization ?? "" });
    const object = objects[path];
    response.writeHead(object ? 200 : 403).end(JSON.stringify(object ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  endpoint = `https://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const certificateAuthority = { data: Buffer.from(SELF_SIGNED.cert).toString("base64") };
beforeEach(() => {
  for (const mock of [eks, s3, dynamo, sns]) mock.reset();
  eks
    .on(DescribeClusterCommand)
    .resolves({ cluster: { status: "ACTIVE", version: "1.35", endpoint, certificateAuthority } });
  s3.on(PutObjectCommand).resolves({});
  dynamo.on(PutItemCommand).resolves({});
  seen.length = 0;
  objects = { "/version": { gitVersion: "v1.35.2-eks-1a2b3c4" } };
});
afterEach(() => {
  delete process.env.AWS_ENDPOINT_URL_ROUTE_53;
});

const event = (layer: string, gate: object, since = new Date().toISOString()) => ({
  run: sampleRun(),
  layer,
  gate: { deadlineMinutes: 10, ...gate },
  since,
});
const list = (...items: object[]) => ({ metadata: {}, items });
const node = (name: string, ready: string) => ({
  metadata: { name },
  status: { conditions: [{ type: "Ready", status: ready }] },
});
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
/** Lines of a log that CloudWatch makes values of this metric of. */
const metricsIn = (log: string, metric: string): Record<string, unknown>[] =>
  log
    .split("\n")
    .filter((line) => line.startsWith('{"_aws"') && line.includes(`"Name":"${metric}"`))
    .map((line) => JSON.parse(line));
const findings = () => JSON.parse(String(s3.commandCalls(PutObjectCommand).at(-1)?.args[0].input.Body));

it("validate-eks passes a cluster that AWS calls healthy, and keeps the findings", async () => {
  eks.on(ListNodegroupsCommand).resolves({ nodegroups: ["general"] });
  eks.on(DescribeNodegroupCommand).resolves({
    nodegroup: { status: "ACTIVE", version: "1.35", scalingConfig: { desiredSize: 3 } },
  });
  eks.on(DescribeAddonCommand).resolves({ addon: { status: "ACTIVE" } });
  eks
    .on(ListInsightsCommand)
    .resolves({ insights: [{ name: "skew", insightStatus: { status: "PASSING" } }] });
  eks.on(DescribeClusterVersionsCommand, { clusterVersions: ["1.35"] }).resolves({
    clusterVersions: [{ clusterVersion: "1.35", endOfStandardSupportDate: new Date("2100-01-01") }],
  });
  const report = await invoke(validateEks, event("foundation", { kind: "eks", addons: ["coredns"] }));
  expect(report).toMatchObject({ kind: "eks", verdict: "passed", passed: 7, failed: 0 });
  const { Bucket, Key } = s3.commandCalls(PutObjectCommand)[0]!.args[0].input;
  expect([Bucket, Key]).toEqual(["artefacts", "runs/run-1/foundation/gates/eks.json"]);
});

it("validate-eks fails on a cluster that is not there", async () => {
  eks.on(DescribeClusterCommand).rejects(named("ResourceNotFoundException"));
  await expect(invoke(validateEks, event("foundation", { kind: "eks", addons: [] }))).rejects.toThrow(
    GateFailedError,
  );
});

it("validate-eks may be tried again when EKS throttles", async () => {
  eks.on(DescribeClusterCommand).rejects(named("ThrottlingException"));
  const tried = invoke(validateEks, event("foundation", { kind: "eks", addons: [] }));
  await expect(tried).rejects.toThrow(DependencyUnavailableError);
});

it("validate-eks rejects a gate of another validator", async () => {
  const asked = invoke(validateEks, event("app", { kind: "argocd" }));
  await expect(asked).rejects.toThrow(ConfigurationError);
});

it("validate-workloads reads the cluster over verified TLS with a token of this cluster", async () => {
  objects["/api/v1/nodes"] = list(node("a", "True"));
  const report = await invoke(
    validateWorkloads,
    event("platform-step02", { kind: "nodes", minimumReady: 1 }),
  );
  expect(report.verdict).toBe("passed");
  expect(seen[0]?.authorization).toMatch(/^Bearer k8s-aws-v1\./);
});

it("validate-workloads is not ready while a node is not, and gives up at the deadline", async () => {
  objects["/api/v1/nodes"] = list(node("a", "False"));
  const gate = { kind: "nodes", minimumReady: 1 };
  await expect(invoke(validateWorkloads, event("platform-step02", gate))).rejects.toThrow(NotReadyError);
  const longAgo = new Date(Date.now() - 11 * 60_000).toISOString();
  const late = invoke(validateWorkloads, event("platform-step02", gate, longAgo));
  await expect(late).rejects.toThrow(GateFailedError);
});

it("validate-workloads does not take what it may not read for healthy", async () => {
  const gate = { kind: "workloads", namespaces: ["argocd"] };
  const asked = invoke(validateWorkloads, event("platform-step02", gate));
  await expect(asked).rejects.toThrow(/list deployments\.apps in namespace argocd is forbidden/);
  expect(findings()[0]).toMatchObject({ check: "workloads-present", status: "unknown" });
});

it("validate-workloads trusts the cluster's own authority only", async () => {
  const another = { data: Buffer.from("not a certificate").toString("base64") };
  eks.on(DescribeClusterCommand).resolves({
    cluster: { status: "ACTIVE", endpoint, certificateAuthority: another },
  });
  const asked = invoke(validateWorkloads, event("platform-step02", { kind: "nodes", minimumReady: 1 }));
  await expect(asked).rejects.toThrow(/cannot be trusted: self-signed/);
  expect(seen).toEqual([]);
});

it("validate-workloads never logs its token", async () => {
  objects["/api/v1/nodes"] = list(node("a", "False"));
  const log = await logOf(() => invoke(validateWorkloads, event("x", { kind: "nodes", minimumReady: 1 })));
  expect(seen.map(({ path }) => path).sort()).toEqual(["/api/v1/nodes", "/version"]);
  expect(log).toContain("enough-nodes");
  expect(log).not.toContain("k8s-aws-v1");
});

it("shows its token to nobody, where a proxy repeats it in an answer", async () => {
  const repeat = {
    get gitVersion() {
      return seen.at(-1)?.authorization ?? "";
    },
  };
  objects = { "/version": repeat, "/api/v1/nodes": list({ metadata: { name: 1 }, said: repeat }) };
  let told: unknown;
  const log = await logOf(async () => {
    told = await invoke(validateWorkloads, event("x", { kind: "nodes", minimumReady: 1 })).catch(
      (error: Error) => [error.message, error.stack, JSON.stringify(error)],
    );
  });
  const everything = [log, JSON.stringify(told), JSON.stringify(findings())].join("\n");
  expect(seen.at(-1)?.authorization).toMatch(/^Bearer k8s-aws-v1\./);
  expect(everything).toContain("unexpected shape");
  expect(everything).not.toContain("k8s-aws-v1");
});

it("validate-argocd looks at the Application and at what runs where it deploys", async () => {
  const at = new Date().toISOString();
  objects["/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop"] = {
    metadata: { name: "shop", namespace: "argocd" },
    spec: { destination: { namespace: "shop" } },
    status: {
      sync: { status: "Synced", revision: "abc" },
      health: { status: "Healthy", lastTransitionTime: secondsAgo(9) },
      operationState: { phase: "Succeeded", finishedAt: at },
      reconciledAt: at,
      resources: [{ kind: "Deployment", name: "a" }],
    },
  };
  objects["/apis/apps/v1/namespaces/shop/deployments"] = list({
    metadata: { name: "a", namespace: "shop", generation: 1 },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
  });
  for (const kind of ["statefulsets", "daemonsets"])
    objects[`/apis/apps/v1/namespaces/shop/${kind}`] = list();
  for (const path of [
    "/api/v1/namespaces/shop/pods",
    "/api/v1/namespaces/shop/services",
    "/apis/apiregistration.k8s.io/v1/apiservices",
    "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications",
    "/api/v1/namespaces/shop/persistentvolumeclaims",
    "/apis/batch/v1/namespaces/shop/jobs",
    "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers",
    "/apis/policy/v1/namespaces/shop/poddisruptionbudgets",
  ])
    objects[path] = list();
  const gate = { kind: "argocd", namespace: "argocd", application: "shop", minimumResources: 1 };
  const log = await logOf(async () =>
    expect(await invoke(validateArgocd, event("app", gate, secondsAgo(40)))).toMatchObject({
      verdict: "passed",
      passed: 8,
    }),
  );
  const [reaction] = metricsIn(log, "GateReaction");
  expect(reaction).toMatchObject({ Environment: "demo", Gate: "argocd" });
  // The application says that it is healthy for nine seconds, the first look was forty ago.
  expect(reaction?.GateReaction).toBeGreaterThanOrEqual(9);
  expect(reaction?.GateReaction).toBeLessThan(25);
});

it("validate-certificate asks cert-manager about issuers", async () => {
  objects["/apis/cert-manager.io/v1/clusterissuers/production"] = {
    metadata: { name: "production" },
    spec: { acme: { server: "https://acme" } },
    status: { conditions: [{ type: "Ready", status: "True" }], acme: { uri: "https://acme/1" } },
  };
  const gate = { kind: "issuers", names: ["production"] };
  await expect(invoke(validateCertificate, event("platform-step03", gate))).resolves.toMatchObject({
    passed: 1,
  });
});

it("validate-certificate waits where no visitor is answered", async () => {
  const gate = {
    kind: "certificate",
    namespace: "ns",
    certificate: "tls",
    host: "app",
    issuer: "production",
  };
  objects["/apis/cert-manager.io/v1/namespaces/ns/certificates/tls"] = {
    metadata: { name: "tls", namespace: "ns" },
    spec: { dnsNames: ["app.demo.example.com"], issuerRef: { name: "production" } },
    status: { conditions: [{ type: "Ready", status: "True" }], notAfter: "2099-01-01T00:00:00Z" },
  };
  const log = await logOf(() =>
    expect(invoke(validateCertificate, event("app", gate))).rejects.toThrow(NotReadyError),
  );
  const [days, ...more] = metricsIn(log, "CertificateDays");
  expect(more).toEqual([]);
  expect(days).toMatchObject({ Environment: "demo" });
  expect(days?.CertificateDays).toBeCloseTo(
    (Date.parse("2099-01-01T00:00:00Z") - Date.now()) / 86_400_000,
    1,
  );
  expect(
    findings().map((finding: { check: string; status: string }) => `${finding.check}: ${finding.status}`),
  ).toEqual([
    "certificate-ready: pass",
    "certificate-names: pass",
    "certificate-issuer: unknown",
    "certificate-in-time: pass",
    "certificate-served: pending",
  ]);
});

it("validate-dns fails by name when Route 53 does not answer", async () => {
  process.env.AWS_ENDPOINT_URL_ROUTE_53 = "http://127.0.0.1:1";
  const asked = invoke(validateDns, event("foundation", { kind: "delegation", waits: false }));
  await expect(asked).rejects.toThrow(DependencyUnavailableError);
});
