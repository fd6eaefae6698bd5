import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import { bundleProblem } from "./ca-bundle.ts";
import type { WebhooksExpectation } from "./expectation.ts";
import type { Backend, ConfigurationFacts, WebhooksFacts } from "./facts.ts";

/**
 * A webhook without a CA bundle, or without anybody behind its Service, refuses every object that it should check:
 * the classic race between installing an operator and creating its first custom resource.
 */
export const judgeWebhooks = (
  facts: WebhooksFacts,
  _expectation: WebhooksExpectation,
  now: Date,
): Finding[] => [
  ...facts.configurations.map((configuration) => judgeConfiguration(configuration, now)),
  ...facts.services.map(judgeBackend),
];

function judgeConfiguration({ kind, name, configuration }: ConfigurationFacts, now: Date): Finding {
  const ask = question("webhook-trusted", `${kind} ${name}`, "a valid CA bundle in each webhook");
  if (!configuration.read) return ask.unknown(configuration.problem);
  if (!configuration.value) return ask.pending("does not exist");
  const { metadata, webhooks } = configuration.value;
  if (metadata.deletionTimestamp) return ask.pending("being deleted");
  if (webhooks.length === 0) return ask.pending("has no webhooks");
  const problems = webhooks.flatMap((webhook) => {
    const problem = bundleProblem(webhook.clientConfig.caBundle, now);
    return problem === undefined ? [] : [`${problem} (${webhook.name})`];
  });
  return problems.length === 0
    ? ask.pass(`${webhooks.length} with a CA bundle`)
    : ask.pending(problems.join(", "));
}

/** `ready` left out means ready. @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/ */
export function judgeBackend({ service, slices }: Backend): Finding {
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
