import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type EchoProviders, serveEchoProviders } from "./echo-providers.ts";
import { ANSWERS, VARIABLES } from "./environment.ts";
import { LayersOnDisk, type PlannedResource, type Variables, valueAt } from "./planned-layer.ts";
import { standOn } from "./stand-on.ts";

/** Values of a Helm release, as far down as a test looks. */
// biome-ignore lint/suspicious/noExplicitAny: values of charts have no type
type Values = any;

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d";
const COPY = { bucket: "prod-backups-111122223333-eu-west-1", region: "eu-west-1", kms_key_arn: KEY };

let providers: EchoProviders;
let layers: LayersOnDisk;
/** As configured by default, with a copy in a second region, and as the environment that is to recover another. */
let alone: PlannedResource[];
let copied: PlannedResource[];
let recovering: PlannedResource[];

const variables = (changes: Variables = {}): Variables => ({ ...VARIABLES.resilience, ...changes });
const plan = async (changes: Variables = {}): Promise<PlannedResource[]> => {
  const planned = await layers.plan("resilience", variables(changes));
  if (typeof planned === "string") throw new Error(planned.replaceAll(/\s*│\s*|\s+/g, " "));
  return planned;
};

beforeAll(async () => {
  providers = await serveEchoProviders(ANSWERS);
  layers = new LayersOnDisk(providers);
  await standOn(layers, "foundation");
  const everything = variables({ recovery_region: "eu-west-1", restore_from: COPY });
  expect(await layers.apply("resilience", everything)).toContain("Apply complete");
  alone = await plan();
  copied = await plan({ recovery_region: "eu-west-1" });
  recovering = await plan({ restore_from: COPY });
});
afterAll(() => {
  providers.close();
  layers.remove();
});

const ofType = (resources: readonly PlannedResource[], type: string): PlannedResource[] =>
  resources.filter((resource) => resource.type === type);
const named = (resources: readonly PlannedResource[], address: string): PlannedResource | undefined =>
  resources.find((resource) => resource.address === address);
const velero = (resources: readonly PlannedResource[]): Values =>
  parse(String(valueAt(named(resources, "helm_release.velero"), "values", 0)));
const templates = (): [string, Values][] =>
  Object.entries(velero(alone).schedules).map(([name, schedule]) => [name, schedule as Values]);

describe("the copy in a second region", () => {
  /** What protects a bucket, by type: where in the planned values, and what must be there. */
  const PROTECTION: readonly (readonly [type: string, path: (string | number)[], wanted: unknown])[] = [
    ["aws_kms_key", ["enable_key_rotation"], true],
    ["aws_s3_bucket_ownership_controls", ["rule", 0, "object_ownership"], "BucketOwnerEnforced"],
    ["aws_s3_bucket_policy", ["policy"], expect.stringContaining("OnlyOverTls")],
    ["aws_s3_bucket_policy", ["policy"], expect.stringContaining("aws:SecureTransport")],
    ["aws_s3_bucket_public_access_block", ["restrict_public_buckets"], true],
    ["aws_s3_bucket_public_access_block", ["block_public_policy"], true],
    [
      "aws_s3_bucket_server_side_encryption_configuration",
      ["rule", 0, "apply_server_side_encryption_by_default", 0, "sse_algorithm"],
      "aws:kms",
    ],
    ["aws_s3_bucket_versioning", ["versioning_configuration", 0, "status"], "Enabled"],
    [
      "aws_s3_bucket_lifecycle_configuration",
      ["rule", 0, "noncurrent_version_expiration", 0, "noncurrent_days"],
      30,
    ],
    ["aws_s3_bucket_lifecycle_configuration", ["rule", 0, "expiration"], []],
    ["aws_s3_bucket_lifecycle_configuration", ["rule", 0, "transition"], []],
  ];

  it("is not there unless it is asked for", () => {
    expect(ofType(alone, "aws_s3_bucket")).toHaveLength(1);
    expect(ofType(alone, "aws_s3_bucket_replication_configuration")).toEqual([]);
    expect(
      ofType(alone, "aws_iam_role")
        .map(({ values }) => values.name)
        .sort(),
    ).toEqual(["demo-aws-backup", "demo-velero"]);
  });

  it.each(["primary", "replica"])("leaves the %s bucket as protected as any", (location) => {
    for (const [type, path, wanted] of PROTECTION) {
      const resource = named(copied, `${type}.backups["${location}"]`);
      expect(valueAt(resource, ...path), `${type} ${path.join(".")}`).toEqual(wanted);
      expect(resource?.values.region).toBe(location === "primary" ? "eu-central-1" : "eu-west-1");
    }
  });

  it("gets everything, encrypted there, and forgets what Velero deletes", () => {
    const [replication] = ofType(copied, "aws_s3_bucket_replication_configuration");
    const rule = valueAt(replication, "rule", 0) as Values;
    expect(rule).toMatchObject({
      status: "Enabled",
      filter: [{ and: [], tag: [] }],
      delete_marker_replication: [{ status: "Enabled" }],
      source_selection_criteria: [{ sse_kms_encrypted_objects: [{ status: "Enabled" }] }],
    });
    expect(rule.destination[0].encryption_configuration).toHaveLength(1);
  });

  it("is written by a role that S3 alone may use, under the boundary, with both keys through S3 only", () => {
    const role = named(copied, "aws_iam_role.replication[0]");
    expect(role?.values.permissions_boundary).toMatch(/policy\/demo-platform-boundary$/);
    const trust = String(role?.values.assume_role_policy);
    expect(trust).toContain("s3.amazonaws.com");
    expect(trust).toContain("aws:SourceArn");
    const policy = String(named(copied, "aws_iam_role_policy.replication[0]")?.values.policy);
    for (const part of [
      "kms:Decrypt",
      "s3.eu-central-1.amazonaws.com",
      "kms:Encrypt",
      "s3.eu-west-1.amazonaws.com",
    ])
      expect(policy).toContain(part);
    expect(policy).not.toContain("s3:DeleteObject");
  });
});

describe("the recovery of another environment", () => {
  const locations = (resources: readonly PlannedResource[]): Values[] =>
    velero(resources).configuration.backupStorageLocation;

  it("reads that one's copy, and never writes to it", () => {
    expect(locations(alone).map(({ name }) => name)).toEqual(["default"]);
    const [own, other] = locations(recovering);
    expect(own.default).toBe(true);
    expect(other).toEqual({
      name: "recovery",
      provider: "aws",
      bucket: COPY.bucket,
      accessMode: "ReadOnly",
      config: { region: COPY.region },
    });
    const granted = String(
      named(recovering, "module.velero_role.aws_iam_role_policy.this")?.values.policy,
    ).replaceAll("\\", "");
    const read = granted.slice(granted.indexOf("SeeRecovery"), granted.indexOf("DecryptRecovery"));
    expect(granted).toContain(KEY);
    expect(read).not.toMatch(/s3:(Put|Delete)/);
  });
});

describe("the schedules", () => {
  it("are daily snapshots, weekly files and a monthly whole", () => {
    expect(Object.fromEntries(templates())).toMatchObject({
      daily: {
        schedule: "0 2 * * *",
        template: { ttl: "720h0m0s", snapshotVolumes: true, defaultVolumesToFsBackup: false },
      },
      weekly: {
        schedule: "0 3 * * 0",
        template: { ttl: "2160h0m0s", snapshotVolumes: false, defaultVolumesToFsBackup: true },
      },
      monthly: {
        schedule: "0 4 1 * *",
        template: { ttl: "8760h0m0s", defaultVolumesToFsBackup: true, includeClusterResources: true },
      },
    });
  });

  it("all hold the canary, and store by default where it is copied from", () => {
    for (const [, { template }] of templates()) {
      expect(template.excludedNamespaces).not.toContain("backup-canary");
      expect(template.includedNamespaces).toBeUndefined();
      expect(template.storageLocation).toBe("default");
    }
  });

  it("take the plugin that Velero 1.18 wants, which the original's pin was not", () => {
    expect(velero(alone).initContainers[0].image).toMatch(/velero-plugin-for-aws:v1\.14\.\d+$/);
  });
});

describe("the canary", () => {
  const pod = (): Values =>
    valueAt(named(alone, "kubernetes_deployment_v1.canary"), "spec", 0, "template", 0, "spec", 0);

  it("runs in a namespace that refuses privileges, and talks to nobody", () => {
    const [namespace] = ofType(alone, "kubernetes_namespace_v1").filter(
      (each) => valueAt(each, "metadata", 0, "name") === "backup-canary",
    );
    expect(valueAt(namespace, "metadata", 0, "labels", "pod-security.kubernetes.io/enforce")).toBe(
      "restricted",
    );
    const [policy] = ofType(alone, "kubernetes_network_policy_v1").filter(
      (each) => valueAt(each, "metadata", 0, "namespace") === "backup-canary",
    );
    expect(valueAt(policy, "spec", 0)).toMatchObject({
      policy_types: ["Ingress", "Egress"],
      ingress: [],
      egress: [],
      pod_selector: [{ match_labels: null }],
    });
  });

  it("meets the restricted standard with a pinned image and bounded memory", () => {
    const { container, security_context, automount_service_account_token } = pod();
    expect(automount_service_account_token).toBe(false);
    expect(security_context[0]).toMatchObject({
      run_as_non_root: true,
      seccomp_profile: [{ type: "RuntimeDefault" }],
    });
    expect(container[0].image).toMatch(/:\d+\.\d+\.\d+$/);
    expect(container[0].resources[0]).toMatchObject({ limits: { memory: "32Mi" } });
    expect(container[0].security_context[0]).toMatchObject({
      allow_privilege_escalation: false,
      read_only_root_filesystem: true,
      capabilities: [{ drop: ["ALL"] }],
    });
  });

  it("has a claim that its pod uses, and is ready while its file is whole", () => {
    expect(pod().volume[0].persistent_volume_claim[0].claim_name).toBe("backup-canary");
    expect(pod().container[0].readiness_probe[0].exec[0].command).toEqual(["sh", "/scripts/verify.sh"]);
  });
});

describe("the restore verifiers", () => {
  const policies = (): Values[] => velero(alone).extraObjects;
  const rules = (name: string): string =>
    JSON.stringify(
      policies().find(({ metadata, kind }) => metadata.name === name && !/Binding/.test(kind)).spec,
    );

  it("are fenced by policies that deny, each bound, before they are given any right", () => {
    const bindings = policies().filter(({ kind }) => kind === "ValidatingAdmissionPolicyBinding");
    const names = policies()
      .filter(({ kind }) => kind === "ValidatingAdmissionPolicy")
      .map(({ metadata, spec }) => {
        expect(spec.failurePolicy).toBe("Fail");
        expect(JSON.stringify(spec.matchConditions)).toContain("'strata:restore-verifiers' in");
        return metadata.name;
      });
    expect(bindings.map(({ spec }) => spec.policyName)).toEqual(names);
    for (const { spec } of bindings) expect(spec.validationActions).toEqual(["Deny"]);
  });

  it.each([
    ["scheduleName, by which an older backup is taken", "object.spec.scheduleName == ''"],
    ["a way out of the sandbox", "matches('^restore-verify-[a-z0-9-]+$')"],
    [
      "namespaces restored over themselves",
      "size(object.spec.includedNamespaces) == size(object.spec.namespaceMapping)",
    ],
    ["roles and webhooks of the cluster", "!object.spec.includeClusterResources"],
    ["another modifier than the reviewed one", "object.spec.resourceModifier.name == 'restore-verify'"],
    ["ingresses with the hosts of the originals", "ingresses.networking.k8s.io"],
    ["secrets that are pushed to Parameter Store", "pushsecrets.external-secrets.io"],
    ["hooks", "object.spec.hooks"],
  ])("may not restore with %s", (_, part) => {
    expect(rules("strata-restores-into-sandboxes-only")).toContain(part);
  });

  it("may read no Secret and change no binding", () => {
    const rights = JSON.stringify(
      ["kubernetes_role_v1.restore_verifiers", "kubernetes_cluster_role_v1.restore_verifiers"].map(
        (address) => valueAt(named(alone, address), "rule"),
      ),
    );
    expect(rights).toContain("restores");
    expect(rights).not.toMatch(/"\*"|secrets|bindings|escalate|impersonate/);
  });

  it("restore no second load balancer and no second nightly job", () => {
    const data = valueAt(named(alone, "kubernetes_config_map_v1.restore_modifier"), "data") as Values;
    const [services, jobs] = parse(data["modifier.yaml"]).resourceModifierRules;
    expect(JSON.parse(services.mergePatches[0].patchData).spec.type).toBe("ClusterIP");
    expect(JSON.parse(jobs.mergePatches[0].patchData).spec.suspend).toBe(true);
  });
});

it.each<[string, Variables, RegExp]>([
  [
    "a second region that is none",
    { recovery_region: "Ireland" },
    /must be an AWS region code such as eu-west-1/,
  ],
  ["a copy beside the original", { recovery_region: "eu-central-1" }, /must be another region than region/],
  [
    "a key of another region",
    { restore_from: { ...COPY, region: "us-east-1" } },
    /take all three values from the output/,
  ],
  [
    "a schedule that is no cron expression",
    { schedules: { daily: { cron: "daily", days: 30 } } },
    /five fields/,
  ],
  [
    "a weekly backup that dies before the one after the next",
    { schedules: { weekly: { cron: "0 3 * * 0", days: 8 } } },
    /weekly.days at least 14/,
  ],
  [
    "a bucket that forgets sooner than a backup may",
    { noncurrent_days: 29 },
    /no shorter than schedules.daily.days \(30\).*raise noncurrent_days/,
  ],
  ["versions that are kept for ever", { noncurrent_days: 999 }, /between 1 and 365/],
])("refuses %s", async (_, changes, complaint) => {
  const planned = await layers.plan("resilience", variables(changes));
  expect(String(planned).replace(/\s*│\s*|\s+/g, " ")).toMatch(complaint);
});
