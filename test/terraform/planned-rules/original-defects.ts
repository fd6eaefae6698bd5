import { valueAt } from "../planned-layer.ts";
import { at, chartValues, leaves, type Members, manifestOf, ofType, release } from "./documents.ts";
import type { PlacedResource, PlannedRule, Platform } from "./platform.ts";
import { statementsOf } from "./policies.ts";

/** What is wrong with the release of a chart; a release that is not there is wrong too. */
const inChart =
  (chart: string, judge: (values: Members, found: PlacedResource) => string[]): PlannedRule =>
  (platform) => {
    const found = release(platform, chart);
    return found ? judge(chartValues(found), found) : [`no ${chart} is installed`];
  };

const wants = (holds: boolean, complaint: string): string[] => (holds ? [] : [complaint]);

/** Volumes need more for a restore than for a backup, and those that are encrypted more still. */
const NEEDED_BY_VELERO = [
  "ec2:CreateSnapshot",
  "ec2:CreateTags",
  "ec2:CreateVolume",
  "ec2:DeleteSnapshot",
  "ec2:DescribeSnapshots",
  "ec2:DescribeVolumes",
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncrypt*",
  "s3:AbortMultipartUpload",
  "s3:DeleteObject",
  "s3:GetObject",
  "s3:ListBucket",
  "s3:ListMultipartUploadParts",
  "s3:PutObject",
];

export const letsVeleroRestore: PlannedRule = (platform) => {
  const roles = platform.filter(
    ({ type, address }) => type === "aws_iam_role_policy" && /velero/.test(address),
  );
  const allowed = statementsOf(roles)
    .filter(({ allows }) => allows)
    .flatMap(({ actions }) => actions);
  return NEEDED_BY_VELERO.filter((action) => !allowed.includes(action)).map(
    (action) => `Velero may not ${action}`,
  );
};

/** Buckets that Velero writes to, and those that they are copied to. */
const holdsBackups = ({ address, values }: PlacedResource): boolean =>
  /backup|velero|replica/i.test(`${address} ${values.bucket}`);

/** An archived object cannot be read, and an expired one may hold blocks that yesterday's backup needs. */
export const keepsCurrentBackups: PlannedRule = (platform) =>
  ofType(platform, "aws_s3_bucket_lifecycle_configuration")
    .filter(holdsBackups)
    .flatMap((lifecycle) =>
      ([valueAt(lifecycle, "rule") ?? []].flat() as Members[])
        .filter(({ transition, expiration }) => [transition ?? [], expiration ?? []].flat().length > 0)
        .map(({ id }) => `${lifecycle.address}: ${id} moves or expires current objects`),
    );

/** Bottlerocket enforces SELinux: any other agent reads no volume of another pod. */
export const letsTheNodeAgentReadVolumes: PlannedRule = (platform) => [
  ...inChart("velero", (values) =>
    wants(
      values.deployNodeAgent === true &&
        at(values, "nodeAgent", "containerSecurityContext", "privileged") === true,
      "the node agent is not privileged",
    ),
  )(platform),
  ...ofType(platform, "kubernetes_namespace_v1")
    .filter((namespace) => valueAt(namespace, "metadata", 0, "name") === "velero")
    .filter(
      (namespace) =>
        valueAt(namespace, "metadata", 0, "labels", "pod-security.kubernetes.io/enforce") !== "privileged",
    )
    .map(({ address }) => `${address} refuses a privileged agent`),
];

export const backsUpNoBackups: PlannedRule = inChart("velero", ({ schedules }) =>
  Object.entries((schedules ?? {}) as Members)
    .filter(([, schedule]) => {
      const excluded = at(schedule, "template", "excludedNamespaces");
      return !(Array.isArray(excluded) && excluded.includes("velero"));
    })
    .map(([name]) => `${name} backs up velero itself`),
);

export const spreadsSchedules: PlannedRule = inChart("velero", ({ schedules }) => {
  const times = Object.values((schedules ?? {}) as Members).map((schedule) =>
    String(at(schedule, "schedule")).split(" ").slice(0, 2).join(" "),
  );
  return wants(
    times.length > 0 && new Set(times).size === times.length,
    "two schedules start in the same minute",
  );
});

export const namesADefaultLocation: PlannedRule = inChart("velero", (values) => {
  const locations = [at(values, "configuration", "backupStorageLocation") ?? []].flat() as Members[];
  const [first, ...others] = locations.filter((location) => location.default === true);
  return [
    ...wants(first !== undefined && others.length === 0, "not one location is the default"),
    ...locations.flatMap((location) =>
      wants(
        Boolean(at(location, "config", "kmsKeyId")),
        `${location.name} writes without the key of backups`,
      ),
    ),
  ];
});

/** A CNAME cannot stand at the apex, and costs a second question. */
export const pointsByAlias: PlannedRule = (platform) =>
  ofType(platform, "aws_route53_record")
    .filter(({ address }) => /host/i.test(address))
    .filter(
      (record) =>
        !["A", "AAAA"].includes(String(record.values.type)) || !valueAt(record, "alias", 0, "zone_id"),
    )
    .map(({ address }) => `${address} is no alias`);

export const givesGrafanaASecret: PlannedRule = inChart("kube-prometheus-stack", ({ grafana }) => [
  ...wants(Boolean(at(grafana, "admin", "existingSecret")), "Grafana makes its own password"),
  ...wants(at(grafana, "adminPassword") === undefined, "Grafana's password is written out"),
]);

const IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

export const defaultsToGp3: PlannedRule = (platform) => {
  const chosen = ofType(platform, "kubernetes_storage_class_v1").filter(
    (storageClass) => valueAt(storageClass, "metadata", 0, "annotations", IS_DEFAULT) === "true",
  );
  return [
    ...wants(chosen.length === 1, `${chosen.length} storage classes are the default`),
    ...chosen
      .filter((storageClass) => valueAt(storageClass, "parameters", "type") !== "gp3")
      .map(({ address }) => `${address} makes another type than gp3`),
  ];
};

/** By label ArgoCD takes what a restore verification restores for its own, and deletes it at once. */
export const tracksByAnnotation: PlannedRule = inChart("argo-cd", (values, { values: { version } }) => [
  ...wants(Number.parseInt(String(version), 10) >= 8, `chart ${version} brings an ArgoCD before 3.0`),
  ...leaves(values)
    .filter(([path]) => path.at(-1) === "application.resourceTrackingMethod")
    .filter(([, method]) => method === "label")
    .map(() => "ArgoCD tracks by label"),
]);

const application = (platform: Platform): Members | undefined =>
  ofType(platform, "kubernetes_manifest")
    .map(manifestOf)
    .find(({ kind }) => kind === "Application");

export const opensOneWayToTheApp: PlannedRule = (platform) =>
  wants(
    at(application(platform), "spec", "source", "helm", "valuesObject", "frontend", "externalService") ===
      false,
    "the app opens a load balancer of its own",
  );

export const healsTheApp: PlannedRule = (platform) => {
  const automated = at(application(platform), "spec", "syncPolicy", "automated");
  return [
    ...wants(at(automated, "selfHeal") === true, "ArgoCD leaves drift"),
    ...wants(at(automated, "prune") === true, "ArgoCD leaves what was taken out"),
  ];
};
