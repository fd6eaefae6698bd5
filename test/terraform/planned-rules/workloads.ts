import { at, handedOver, leaves, manifestOf, namespaceOf, ofType } from "./documents.ts";
import { trustedAccounts } from "./permissions.ts";
import type { PlacedResource, PlannedRule, Platform } from "./platform.ts";

const ROLE_ARN = "eks.amazonaws.com/role-arn";

/** What takes a role: the namespace and the ARN. */
const takers = (
  platform: Platform,
): (readonly [resource: PlacedResource, namespace: string, arn: string])[] =>
  platform.flatMap((resource) => {
    if (resource.type === "aws_eks_addon")
      return typeof resource.values.service_account_role_arn === "string"
        ? [[resource, "kube-system", resource.values.service_account_role_arn] as const]
        : [];
    const namespace = namespaceOf(resource);
    if (namespace === undefined) return [];
    return leaves(handedOver(resource))
      .filter(([path]) => path.at(-1) === ROLE_ARN)
      .map(([, arn]) => [resource, namespace, String(arn)] as const);
  });

/** A role for a service account in another namespace than the one that wears it can be taken by nobody. */
export const givesRolesToWhomTheyTrust: PlannedRule = (platform) => {
  const trusted = trustedAccounts(platform);
  const taken = takers(platform);
  return [
    ...taken
      .filter(([, namespace, arn]) => trusted.has(arn) && trusted.get(arn)?.[0] !== namespace)
      .map(
        ([{ address }, namespace, arn]) =>
          `${address} in ${namespace} wears a role that trusts ${trusted.get(arn)?.join(":")}`,
      ),
    ...[...trusted]
      .filter(([arn]) => !taken.some(([, , other]) => other === arn))
      .map(([, account]) => `nobody wears the role of ${account.join(":")}`),
  ];
};

/** Namespaces that are there before any layer is. */
const BORN_WITH = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** Of a name with a typing mistake (`kubesystem`) the API server says so only when it is applied. */
export const usesNamespacesThatExist: PlannedRule = (platform) => {
  const made = [
    ...ofType(platform, "kubernetes_namespace_v1").map(({ values }) => at(values, "metadata", 0, "name")),
    ...ofType(platform, "kubernetes_manifest")
      .filter((resource) => manifestOf(resource).kind === "Namespace")
      .map((resource) => at(manifestOf(resource), "metadata", "name")),
    // A namespaced object may name its namespace by id.
    ...ofType(platform, "kubernetes_namespace_v1").map(({ values }) => values.id),
    ...ofType(platform, "helm_release")
      .filter(({ values }) => values.create_namespace === true)
      .map(({ values }) => values.namespace),
  ];
  return platform.flatMap((resource) => {
    const namespace = namespaceOf(resource);
    return namespace === undefined || BORN_WITH.includes(namespace) || made.includes(namespace)
      ? []
      : [`${resource.layer}: ${resource.address} is in ${namespace}, which nobody makes`];
  });
};

/** Some other image from one day to the next, which no plan shows. */
export const pinsImages: PlannedRule = (platform) =>
  platform.flatMap((resource) =>
    leaves(handedOver(resource)).flatMap(([path, value]) => {
      const [parent, key] = [path.at(-2), path.at(-1)];
      const isFloating =
        (key === "tag" && value === "latest") ||
        (key === "image" && typeof value === "string" && /(:latest$|^[^:@]+$)/.test(value) && parent !== "");
      return isFloating && value !== "" ? [`${resource.address} floats: ${path.join(".")} = ${value}`] : [];
    }),
  );

/** Keys of Google and AWS, private keys, and passwords that are written out. */
const LITERAL_KEYS = /AIza[\w-]{35}|(AKIA|ASIA)[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

export const writesOutNoSecret: PlannedRule = (platform) =>
  platform.flatMap((resource) =>
    leaves(handedOver(resource)).flatMap(([path, value]) => {
      const isKey = typeof value === "string" && LITERAL_KEYS.test(value);
      const isPassword =
        resource.type === "helm_release" && /^(admin)?password$/i.test(path.at(-1) ?? "") && Boolean(value);
      return isKey || isPassword ? [`${resource.address} holds a secret at ${path.join(".")}`] : [];
    }),
  );

/** Ended projects and places that charts have left, each with what came after. */
const ENDED: readonly (readonly [chart: RegExp, repository: RegExp, why: string])[] = [
  [/^promtail$/, /./, "Promtail ended on 2026-03-02; Alloy came after it"],
  [/^(loki-stack|tempo|loki|grafana)$/, /grafana\.github\.io/, "moved to grafana-community in January 2026"],
  [/./, /charts\.bitnami\.com|bitnamicharts/, "Bitnami publishes no free versioned images any more"],
];

export const installsWhatIsMaintained: PlannedRule = (platform) =>
  ofType(platform, "helm_release").flatMap(({ address, values }) =>
    ENDED.filter(
      ([chart, repository]) => chart.test(String(values.chart)) && repository.test(String(values.repository)),
    ).map(([, , why]) => `${address}: ${why}`),
  );

/** Versions of APIs that the installed controllers no longer serve. */
const GONE = ["external-secrets.io/v1beta1", "external-secrets.io/v1alpha1", "policy/v1beta1"];

export const usesServedApiVersions: PlannedRule = (platform) =>
  platform.flatMap((resource) =>
    leaves(handedOver(resource))
      .filter(([path, value]) => path.at(-1) === "apiVersion" && GONE.includes(String(value)))
      .map(([, value]) => `${resource.address} asks for ${value}`),
  );
