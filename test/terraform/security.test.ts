import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { findChart } from "../../lib/twin/charts/find-chart.ts";
import { renderChart } from "../../lib/twin/charts/render-chart.ts";
import { valueAt as chartValueAt, isMap, type Values } from "../../lib/twin/charts/values.ts";
import { type EchoProviders, serveEchoProviders } from "./echo-providers.ts";
import { ANSWERS, VARIABLES } from "./environment.ts";
import { LayersOnDisk, type PlannedResource, type Variables, valueAt } from "./planned-layer.ts";
import { standOn } from "./stand-on.ts";

let providers: EchoProviders;
let layers: LayersOnDisk;
let planned: readonly PlannedResource[];

beforeAll(async () => {
  providers = await serveEchoProviders(ANSWERS);
  layers = new LayersOnDisk(providers);
  await standOn(layers, "foundation", "platform/step02");
  planned = await plan();
});
afterAll(() => {
  providers.close();
  layers.remove();
});

const tryPlan = (changes: Variables): Promise<PlannedResource[] | string> =>
  layers.plan("security", { ...VARIABLES.security, ...changes });
async function plan(changes: Variables = {}): Promise<PlannedResource[]> {
  const resources = await tryPlan(changes);
  if (typeof resources === "string") throw new Error(resources);
  return resources;
}
const at = (resources: readonly PlannedResource[], address: string): PlannedResource | undefined =>
  resources.find((resource) => resource.address === address);
const valuesOf = (resources: readonly PlannedResource[], release: string): Values =>
  parse(String(valueAt(at(resources, `helm_release.${release}`), "values", 0))) as Values;

const PLATFORM = ["argocd", "cert-manager", "external-secrets"];
const HOSTS = ["kube-system", "kyverno", "observability", "trivy-system", "velero"];

/** The webhooks that Kyverno is told to leave a namespace out of. */
const neverAsked = (resources: readonly PlannedResource[]): unknown => {
  const [only] = chartValueAt(
    valuesOf(resources, "kyverno"),
    "config.webhooks.namespaceSelector.matchExpressions",
  ) as Values[];
  expect(only).toMatchObject({ key: "kubernetes.io/metadata.name", operator: "NotIn" });
  return only?.values;
};

describe("Kyverno", () => {
  it("is never asked about the platform's own namespaces, in webhooks and policies alike", () => {
    const exempt = neverAsked(planned);
    expect(exempt).toEqual(expect.arrayContaining([...HOSTS, ...PLATFORM]));
    expect(exempt).not.toContain("onlineboutique");
    expect(valuesOf(planned, "kyverno_policies")).toMatchObject({
      policyType: "ValidatingPolicy",
      vpolExclude: { excludeNamespaces: exempt },
    });
  });

  it("exempts what the operator names, with its reason", async () => {
    const resources = await plan({
      exempt_namespaces: { legacy: "runs as root until its rewrite in spring" },
    });
    expect(neverAsked(resources)).toContain("legacy");
    expect(chartValueAt(valuesOf(resources, "kyverno_policies"), "vpolExclude.excludeNamespaces")).toContain(
      "legacy",
    );
  });

  it.each([
    ["Enforce", "baseline", "Fail", "Deny", 11],
    ["Audit", "restricted", "Ignore", "Audit", 17],
  ])("set to %s of %s fails by %s and decides %s", async (action, standard, failure, decision, count) => {
    const resources = await plan({ policy_action: action, pod_security_standard: standard });
    const release = at(resources, "helm_release.kyverno_policies");
    const policies = renderChart(
      findChart(release?.values as unknown as { chart: string; repository: string; version: string }),
      {
        releaseName: "kyverno-policies",
        namespace: "kyverno",
        values: valuesOf(resources, "kyverno_policies"),
      },
    );
    expect(policies).toHaveLength(count);
    for (const { metadata, spec } of policies)
      expect(spec, metadata.name).toMatchObject({ failurePolicy: failure, validationActions: [decision] });
  });

  it("runs redundantly, or alone where nothing waits for its answer", async () => {
    const replicas = (resources: readonly PlannedResource[]): unknown[] =>
      Object.values(valuesOf(resources, "kyverno"))
        .filter(isMap)
        .flatMap((each) => each.replicas ?? []);
    expect(replicas(planned)).toEqual([3, 2, 2, 2]);
    expect(replicas(await plan({ kyverno_replicas: 1, policy_action: "Audit" }))).toEqual([1, 1, 1, 1]);
  });
});

describe("the layer's namespaces", () => {
  it("enforce a pod security standard, a quota and closed doors, each of them", () => {
    const names = ["kyverno", "prowler", "trivy-system"];
    const standards = names.map((name) =>
      valueAt(at(planned, `kubernetes_namespace_v1.this["${name}"]`), "metadata", 0, "labels"),
    );
    expect(standards).toEqual(
      ["restricted", "restricted", "baseline"].map((standard) =>
        expect.objectContaining({ "pod-security.kubernetes.io/enforce": standard }),
      ),
    );
    for (const name of names) {
      expect(at(planned, `kubernetes_resource_quota_v1.this["${name}"]`)).toBeDefined();
      expect(at(planned, `kubernetes_limit_range_v1.this["${name}"]`)).toBeDefined();
      const policy = at(planned, `kubernetes_network_policy_v1.default["${name}"]`);
      expect(valueAt(policy, "spec", 0, "policy_types")).toEqual(["Ingress", "Egress"]);
      expect(valueAt(policy, "spec", 0, "ingress")).toEqual([]);
    }
  });
});

describe("Trivy", () => {
  it("scans with the database of one server, and not through the host", () => {
    expect(valuesOf(planned, "trivy_operator")).toMatchObject({
      operator: {
        builtInTrivyServer: true,
        infraAssessmentScannerEnabled: false,
        scanJobsConcurrentLimit: 3,
      },
      trivy: { severity: "CRITICAL,HIGH", ignoreUnfixed: false, storageClassName: "gp3" },
    });
  });

  it("reports what it is told to", async () => {
    const resources = await plan({ scan_severities: ["CRITICAL"], scan_ignores_unfixed: true, scan_jobs: 5 });
    expect(valuesOf(resources, "trivy_operator")).toMatchObject({
      operator: { scanJobsConcurrentLimit: 5 },
      trivy: { severity: "CRITICAL", ignoreUnfixed: true },
    });
  });
});

describe("Prowler", () => {
  const container = (resources: readonly PlannedResource[], ...path: (string | number)[]): unknown =>
    valueAt(
      at(resources, "kubernetes_cron_job_v1.prowler"),
      ...["spec", 0, "job_template", 0, "spec", 0, "template", 0, "spec", 0, "container", 0, ...path],
    );

  it("has a role that may read configuration, write reports and nothing else", () => {
    const attached = planned.filter(
      ({ address, type }) => type === "aws_iam_role_policy_attachment" && address.includes("prowler"),
    );
    expect(attached.map(({ values }) => values.policy_arn).sort()).toEqual([
      "arn:aws:iam::aws:policy/SecurityAudit",
      "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
    ]);
    const role = planned.find(({ address, type }) => type === "aws_iam_role" && address.includes("prowler"));
    expect(role?.values.permissions_boundary).toMatch(/demo-platform-boundary$/);
  });

  it("keeps its reports encrypted, for as long as it is told, and is no failure when it finds something", async () => {
    expect(container(planned, "args")).toEqual(
      expect.arrayContaining(["--ignore-exit-code-3", "--output-bucket", "--services", "iam"]),
    );
    const resources = await plan({ prowler: { retention_days: 90, schedule: "0 4 * * *" } });
    const lifecycle = at(resources, "aws_s3_bucket_lifecycle_configuration.findings");
    expect(valueAt(lifecycle, "rule", 0, "expiration", 0, "days")).toBe(90);
    expect(valueAt(at(resources, "kubernetes_cron_job_v1.prowler"), "spec", 0, "schedule")).toBe("0 4 * * *");
    const encryption = at(resources, "aws_s3_bucket_server_side_encryption_configuration.findings");
    const rule = valueAt(encryption, "rule", 0, "apply_server_side_encryption_by_default", 0);
    expect(rule).toMatchObject({ sse_algorithm: "aws:kms" });
  });

  it("looks at services that the boundary of every role lets it read", () => {
    const boundary = readFileSync(
      new URL("../../lib/constructs/platform-boundary.ts", import.meta.url),
      "utf8",
    );
    const args = container(planned, "args") as string[];
    const services = args.slice(args.indexOf("--services") + 1);
    /** Where IAM's prefix of a service differs from Prowler's name of it. */
    const prefixes: Readonly<Record<string, string>> = { elbv2: "elasticloadbalancing", vpc: "ec2" };
    expect(services.length).toBeGreaterThan(10);
    for (const service of services)
      expect(boundary, service).toMatch(new RegExp(`"${prefixes[service] ?? service}:(\\*|Get\\*)"`));
  });
});

describe("wrong values", () => {
  const WRONG = {
    policy_action: "enforce",
    pod_security_standard: "privileged",
    exempt_namespaces: { "team-*": "old" },
    scan_jobs: 50,
    scan_severities: ["SEVERE"],
    prowler: { image: "prowlercloud/prowler:latest", schedule: "0 5 * *", retention_days: 1 },
  };
  let refused: string;
  beforeAll(async () => {
    refused = String(await tryPlan(WRONG)).replace(/\s*│\s*|\s+/g, " ");
  });

  it.each([
    ["a mode in small letters", /must be Audit or Enforce, with a capital letter/],
    ["no standard at all", /must be baseline or restricted/],
    ["an exemption without a reason", /needs a reason of at least ten characters/],
    ["an exemption by pattern", /patterns such as team-\* are not understood/],
    ["more scans than the quota holds", /scan_jobs must be a whole number between 1 and 10/],
    ["a severity that nobody reports", /scan_severities must be some of/],
    ["a moving image", /must end with a full version or a digest/],
    ["a schedule of four fields", /must be a cron expression of five fields/],
    ["reports for a day", /retention_days must be between 30 and 3650/],
  ])("are refused with what to change: %s", (_, complaint) => {
    expect(refused).toMatch(complaint);
  });

  it("are refused with what to change: one Kyverno that everything waits for", async () => {
    const alone = String(await tryPlan({ kyverno_replicas: 1 })).replace(/\s*│\s*|\s+/g, " ");
    expect(alone).toMatch(/must be 2 or more while policy_action is Enforce/);
  });
});
