import { timestamp } from "../../api/api-object.ts";
import type { ObjectReference } from "../dormancy.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { Controller } from "../engine/controller.ts";
import { type Fields, mapAt, mapsAt, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";

const POLICIES = "policies.kyverno.io/v1beta1";
const ADMISSION = "admissionregistration.k8s.io/v1";
const ADMISSION_CONTROLLER = "kyverno-admission-controller";
const CLEANUP_CONTROLLER = "kyverno-cleanup-controller";

/** Whose webhooks judge what everybody makes; the other configurations judge policies. */
const RESOURCES = "kyverno-resource-validating-webhook-cfg";

const POD_RULES: Fields[] = [
  { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["pods"] },
];
const POLICY_RULES: Fields[] = [
  {
    apiGroups: ["kyverno.io", "policies.kyverno.io"],
    apiVersions: ["*"],
    operations: ["CREATE", "UPDATE"],
    resources: ["*"],
  },
];

interface Hook {
  readonly name: string;
  readonly path: string;
  readonly service: string;
  readonly rules: Fields[];
  readonly failurePolicy: "Fail" | "Ignore";
  readonly namespaceSelector: Fields;
}

interface Configuration {
  readonly name: string;
  readonly hooks: readonly Hook[];
}

/** One webhook a policy, as Kyverno makes them for policies with match conditions. @see kyverno pkg/controllers/webhook */
const resourceHooks = (client: ClusterClient, namespaceSelector: Fields): Hook[] =>
  client.list(POLICIES, "ValidatingPolicy").map((policy) => {
    const { name } = policy.metadata;
    const failurePolicy = textAt(policy, "spec", "failurePolicy") === "Ignore" ? "Ignore" : "Fail";
    const mode = failurePolicy.toLowerCase();
    return {
      name: `vpol.validate.kyverno.svc-${mode}-finegrained-${name}`,
      path: `/vpol/${name}`,
      service: "kyverno-svc",
      rules: POD_RULES,
      failurePolicy,
      namespaceSelector,
    };
  });

/**
 * The configurations that Kyverno writes for itself, not its chart; names are those of its source.
 * @see kyverno pkg/config/config.go
 */
function configurations(client: ClusterClient, namespace: string): Configuration[] {
  const settings = client.get("v1", "ConfigMap", namespace, "kyverno");
  const selector = namespaceSelectorOf(textAt(settings, "data", "webhooks"));
  const own = (name: string, hook: string, path: string, service = "kyverno-svc"): Configuration => ({
    name,
    hooks: [{ name: hook, path, service, rules: POLICY_RULES, failurePolicy: "Fail", namespaceSelector: {} }],
  });
  return [
    own("kyverno-policy-validating-webhook-cfg", "validate-policy.kyverno.svc", "/policyvalidate"),
    { name: RESOURCES, hooks: resourceHooks(client, selector) },
    ...(isRunning(client, "Deployment", CLEANUP_CONTROLLER)
      ? [own("kyverno-cleanup-validating-webhook-cfg", "kyverno-cleanup-controller.kyverno.svc", "/validate")]
      : []),
  ];
}

/** Of the ConfigMap's JSON text; Kyverno ignores what it cannot read. */
function namespaceSelectorOf(text: string): Fields {
  try {
    return mapAt(JSON.parse(text || "{}"), "namespaceSelector");
  } catch {
    return {};
  }
}

const webhookOf = (hook: Hook, namespace: string, before: Fields | undefined): Fields => ({
  name: hook.name,
  admissionReviewVersions: ["v1"],
  sideEffects: "NoneOnDryRun",
  failurePolicy: hook.failurePolicy,
  namespaceSelector: hook.namespaceSelector,
  rules: hook.rules,
  clientConfig: {
    ...mapAt(before, "clientConfig"),
    service: { namespace, name: hook.service, path: hook.path, port: 443 },
  },
});

function write({ name, hooks }: Configuration, namespace: string, client: ClusterClient): void {
  const found = client.get(ADMISSION, "ValidatingWebhookConfiguration", undefined, name);
  const before = mapsAt(found, "webhooks");
  const webhooks = hooks.map((hook) =>
    webhookOf(
      hook,
      namespace,
      before.find((one) => one.name === hook.name),
    ),
  );
  if (!found)
    client.create({
      apiVersion: ADMISSION,
      kind: "ValidatingWebhookConfiguration",
      metadata: { name, labels: { "webhook.kyverno.io/managed-by": "kyverno" } },
      webhooks,
    });
  else if (shape(before) !== shape(webhooks)) client.patch(found, { webhooks });
}

/** What Kyverno decides of its webhooks; the CA is filled in beside it. */
const shape = (webhooks: readonly Fields[]): string =>
  JSON.stringify(
    webhooks.map(({ name, failurePolicy, namespaceSelector }) => [name, failurePolicy, namespaceSelector]),
  );

const toKyverno = (client: ClusterClient): ObjectReference[] =>
  client
    .list("apps/v1", "Deployment")
    .filter(({ metadata }) => metadata.name === ADMISSION_CONTROLLER)
    .map((one) => client.referenceOf(one));

/**
 * Kyverno's own webhook configurations, written once it runs, and taken away with it: its chart's hook before
 * deletion does that, so that no webhook is left which nobody answers.
 */
const webhooks: Controller = {
  name: "kyverno-webhooks",
  watches: {
    Deployment: (change, client) => {
      if (change.name === ADMISSION_CONTROLLER) return [change];
      return change.name === CLEANUP_CONTROLLER ? toKyverno(client) : [];
    },
    ConfigMap: (change, client) => (change.name === "kyverno" ? toKyverno(client) : []),
    ValidatingPolicy: (_change, client) => toKyverno(client),
  },
  reconcile({ metadata }, { client }) {
    const { namespace } = metadata;
    if (namespace === undefined || metadata.deletionTimestamp) return;
    if (!isRunning(client, "Deployment", ADMISSION_CONTROLLER)) return;
    for (const configuration of configurations(client, namespace)) write(configuration, namespace, client);
  },
  gone(_reference, { client }) {
    for (const one of client.list(ADMISSION, "ValidatingWebhookConfiguration"))
      if (one.metadata.labels?.["webhook.kyverno.io/managed-by"] === "kyverno") client.delete(one);
  },
};

/** A policy is ready when its webhook stands. @see kyverno pkg/controllers/policystatus */
const policies: Controller = {
  name: "kyverno-policies",
  watches: {
    ValidatingPolicy: "self",
    ValidatingWebhookConfiguration: (_change, client) =>
      client.list(POLICIES, "ValidatingPolicy").map((one) => client.referenceOf(one)),
  },
  reconcile(policy, { client, now }) {
    const configuration = client.get(ADMISSION, "ValidatingWebhookConfiguration", undefined, RESOURCES);
    const isHooked = mapsAt(configuration, "webhooks").some(
      (hook) =>
        String(hook.name).endsWith(`-${policy.metadata.name}`) && textAt(hook, "clientConfig", "caBundle"),
    );
    if (!isHooked || mapAt(policy, "status", "conditionStatus").ready === true) return;
    const condition = {
      type: "WebhookConfigured",
      status: "True",
      reason: "Succeeded",
      message: "Webhook configured.",
      lastTransitionTime: timestamp(now),
    };
    client.patch(policy, { status: { conditionStatus: { ready: true, conditions: [condition] } } }, "status");
  },
};

export const kyverno: readonly Controller[] = [webhooks, policies];
