import { COLLECTIONS, type FaultRecord } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, mapsAt, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";

/** Who fills the CA of a chart's webhooks: a Deployment of these names must be ready. Others: the chart's own install hook. */
const INJECTORS: readonly { readonly configuration: RegExp; readonly needs: readonly string[] }[] = [
  { configuration: /^cert-manager-webhook$/, needs: ["cert-manager-cainjector", "cert-manager-webhook"] },
  { configuration: /^aws-load-balancer-webhook$/, needs: ["cert-manager-cainjector"] },
  { configuration: /^(externalsecret|secretstore)-validate$/, needs: ["external-secrets-cert-controller"] },
];

/** Injectors look every few seconds, and the certificate has to be made first (from memory: well within 10 s). */
const INJECT_MILLISECONDS = 5_000;

/**
 * Webhook configurations get the CA that the API server shall trust. Charts deliver them without.
 * Honours the fault `webhook-without-ca` { webhook: name of the configuration }: nobody ever fills it.
 */
const caBundles = (kind: string): Controller => ({
  name: `ca-bundles-${kind}`,
  watches: {
    [kind]: "self",
    Deployment: (change, client) =>
      INJECTORS.some(({ needs }) => needs.includes(change.name))
        ? client.list("admissionregistration.k8s.io/v1", kind).map((one) => client.referenceOf(one))
        : [],
  },
  reconcile(configuration, context) {
    const { name } = configuration.metadata;
    const bare = mapsAt(configuration, "webhooks").filter(
      (webhook) => textAt(webhook, "clientConfig", "caBundle") === "",
    );
    if (bare.length === 0 || withheld(context.world, name) || !hasInjector(name, context.client)) return;
    const age = context.now - Date.parse(configuration.metadata.creationTimestamp);
    if (age < context.scaled(INJECT_MILLISECONDS)) {
      context.after(INJECT_MILLISECONDS);
      return;
    }
    inject(configuration, context);
  },
});

const withheld = (world: World, name: string): boolean =>
  world
    .collection<FaultRecord>(COLLECTIONS.faults)
    .values()
    .some((fault) => fault.kind === "webhook-without-ca" && fault.webhook === name && fault.remaining !== 0);

const hasInjector = (name: string, client: ClusterClient): boolean =>
  (INJECTORS.find(({ configuration }) => configuration.test(name))?.needs ?? []).every((deployment) =>
    isRunning(client, "Deployment", deployment),
  );

function inject(configuration: ApiObject, { client, options }: ReconcileContext): void {
  const caBundle = Buffer.from(options.authorities.publicRoot).toString("base64");
  const webhooks: Fields[] = mapsAt(configuration, "webhooks").map((webhook) => ({
    ...webhook,
    clientConfig: { ...mapAt(webhook, "clientConfig"), caBundle },
  }));
  client.patch(configuration, { webhooks });
}

export const webhookBundles: readonly Controller[] = [
  caBundles("ValidatingWebhookConfiguration"),
  caBundles("MutatingWebhookConfiguration"),
];
