import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { WebhooksExpectation } from "./expectation.ts";
import type { WebhooksFacts } from "./facts.ts";

/**
 * A webhook without a CA bundle, or without anybody behind its Service, refuses every object that it should check:
 * the classic race between installing an operator and creating its first custom resource.
 */
export const judgeWebhooks = (facts: WebhooksFacts, _expectation: WebhooksExpectation): Finding[] => [
  ...facts.configurations.map(judgeConfiguration),
  ...facts.services.map(judgeService),
];

function judgeConfiguration({ name, configuration }: WebhooksFacts["configurations"][number]): Finding {
  const ask = question(
    "webhook-trusted",
    `ValidatingWebhookConfiguration ${name}`,
    "a CA bundle in each webhook",
  );
  if (!configuration.read) return ask.unknown(configuration.problem);
  if (!configuration.value) return ask.pending("does not exist");
  const { webhooks } = configuration.value;
  if (webhooks.length === 0) return ask.pending("has no webhooks");
  const bare = webhooks.filter(({ clientConfig }) => !clientConfig.caBundle).map((webhook) => webhook.name);
  return bare.length === 0
    ? ask.pass(`${webhooks.length} with a CA bundle`)
    : ask.pending(`no CA bundle in ${bare.join(", ")}`);
}

/** `ready` left out means ready. @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/ */
function judgeService({ service, slices }: WebhooksFacts["services"][number]): Finding {
  const ask = question(
    "webhook-served",
    `Service ${service.namespace}/${service.name}`,
    "at least one ready endpoint",
  );
  if (!slices.read) return ask.unknown(slices.problem);
  const endpoints = slices.value.flatMap((slice) => slice.endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  return ready > 0 ? ask.pass(`${ready} ready`) : ask.pending(`none of ${endpoints.length} ready`);
}
