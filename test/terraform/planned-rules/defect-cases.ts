import type { Case } from "./cases.ts";
import { add, remove, rewrite, set } from "./mutate.ts";
import * as defects from "./original-defects.ts";
import * as permissions from "./permissions.ts";
import * as workloads from "./workloads.ts";

const VELERO_POLICY = ["aws_iam_role_policy", "velero"] as const;
const CERT_MANAGER_ROLE = ["aws_iam_role", "cert_manager"] as const;
const VELERO = ["helm_release", "velero"] as const;

/** What the original got wrong, each as "it no longer …". */
export const DEFECTS: readonly Case[] = [
  [
    "makes backups that cannot be restored, for want of a permission",
    defects.letsVeleroRestore,
    {
      "no right to make volumes": rewrite(
        VELERO_POLICY,
        "policy",
        '"ec2:CreateVolume"',
        '"ec2:DescribeTags"',
      ),
      "no right to hand on the key": rewrite(
        VELERO_POLICY,
        "policy",
        '"kms:CreateGrant"',
        '"kms:ListGrants"',
      ),
    },
  ],
  [
    "moves or expires the objects of backups by age",
    defects.keepsCurrentBackups,
    {
      "an archive after 90 days": set(
        ["aws_s3_bucket_lifecycle_configuration", "backups"],
        ["rule", 0, "transition"],
        [{ days: 90, storage_class: "GLACIER" }],
      ),
      "an end after 365 days": set(
        ["aws_s3_bucket_lifecycle_configuration", "backups"],
        ["rule", 0, "expiration"],
        [{ days: 365 }],
      ),
    },
  ],
  [
    "backs up files with an agent that may not read them",
    defects.letsTheNodeAgentReadVolumes,
    {
      "an unprivileged agent": rewrite(VELERO, "values", /"?privileged"?: true/, "privileged: false"),
      "no agent": rewrite(VELERO, "values", /"?deployNodeAgent"?: true/, "deployNodeAgent: false"),
      "a namespace that refuses it": set(["kubernetes_namespace_v1"], ["metadata", 0], {
        name: "velero",
        labels: { "pod-security.kubernetes.io/enforce": "baseline" },
      }),
    },
  ],
  [
    "backs up the backups",
    defects.backsUpNoBackups,
    { "no exclusion": rewrite(VELERO, "values", /- "?velero"?\n/g, "- nothing\n") },
  ],
  [
    "starts two schedules in the same minute",
    defects.spreadsSchedules,
    { "weekly with daily": rewrite(VELERO, "values", "0 3 * * 0", "0 2 * * 0") },
  ],
  [
    "leaves the storage location to chance",
    defects.namesADefaultLocation,
    { "no default": rewrite(VELERO, "values", /"?default"?: true/, "default: false") },
  ],
  [
    "trusts service accounts where they are not",
    workloads.givesRolesToWhomTheyTrust,
    {
      "cert-manager in kube-system": rewrite(
        CERT_MANAGER_ROLE,
        "assume_role_policy",
        ":cert-manager:cert-manager",
        ":kube-system:cert-manager",
      ),
      "a role that nobody wears": remove(["kubernetes_service_account_v1", "secret_store"]),
    },
  ],
  [
    "names a namespace that does not exist",
    workloads.usesNamespacesThatExist,
    { kubesystem: set(["helm_release", "metrics_server"], ["namespace"], "kubesystem") },
  ],
  [
    "reads parameters of any account and region",
    permissions.namesAccountAndRegion,
    {
      "any region": rewrite(
        ["aws_iam_role_policy", "secret_store"],
        "policy",
        /arn:aws:ssm:[^:]*:[^:]*:/,
        "arn:aws:ssm:*:*:",
      ),
    },
  ],
  [
    "points hosts by CNAME",
    defects.pointsByAlias,
    {
      "a CNAME": set(["aws_route53_record"], ["type"], "CNAME"),
      "an address": set(["aws_route53_record"], ["alias"], []),
    },
  ],
  [
    "writes Grafana's password out",
    defects.givesGrafanaASecret,
    {
      admin: rewrite(
        ["helm_release", "kube_prometheus_stack"],
        "values",
        /^"?grafana"?:\n/m,
        "grafana:\n  adminPassword: admin\n",
      ),
    },
  ],
  [
    "writes out a key",
    workloads.writesOutNoSecret,
    {
      "a key of Google": set(
        ["helm_release"],
        ["values"],
        [`opencost: { cloudProviderApiKey: AIza${"0".repeat(35)} }`],
      ),
      "a password": set(["helm_release"], ["values"], ["grafana: { adminPassword: admin }"]),
    },
  ],
  [
    "takes gp2 by default",
    defects.defaultsToGp3,
    {
      gp2: set(["kubernetes_storage_class_v1"], ["parameters", "type"], "gp2"),
      "no default": set(["kubernetes_storage_class_v1"], ["metadata", 0, "annotations"], {}),
    },
  ],
  [
    "installs what has ended",
    workloads.installsWhatIsMaintained,
    {
      Promtail: add("helm_release", {
        chart: "promtail",
        repository: "https://grafana.github.io/helm-charts",
      }),
      "the old home of Loki": set(
        ["helm_release", "loki"],
        ["repository"],
        "https://grafana.github.io/helm-charts",
      ),
    },
  ],
  [
    "asks for versions of APIs that nobody serves",
    workloads.usesServedApiVersions,
    {
      v1beta1: set(
        ["kubernetes_manifest", "parameter_store"],
        ["manifest", "value", "apiVersion"],
        "external-secrets.io/v1beta1",
      ),
    },
  ],
  [
    "takes restored copies for its own",
    defects.tracksByAnnotation,
    {
      "an old ArgoCD": set(["helm_release", "argocd"], ["version"], "4.5.11"),
      "tracking by label": set(
        ["helm_release", "argocd"],
        ["values"],
        ["configs: { cm: { application.resourceTrackingMethod: label } }"],
      ),
    },
  ],
  [
    "opens a load balancer for the app alone",
    defects.opensOneWayToTheApp,
    {
      "the chart's own": set(
        ["kubernetes_manifest", "application"],
        ["manifest", "value", "spec", "source", "helm", "valuesObject", "frontend", "externalService"],
        true,
      ),
    },
  ],
  [
    "lets the app drift",
    defects.healsTheApp,
    {
      "no self-heal": set(
        ["kubernetes_manifest", "application"],
        ["manifest", "value", "spec", "syncPolicy", "automated", "selfHeal"],
        false,
      ),
    },
  ],
];
