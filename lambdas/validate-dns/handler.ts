import { embeddedMetrics } from "../../lib/clients/embedded-metrics.ts";
import { connectNotifier } from "../../lib/clients/notifier.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { connectDns } from "../../lib/clients/resolver.ts";
import { connectRoute53 } from "../../lib/clients/route53.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { noticeTable } from "../../lib/clients/table/notices.ts";
import { defineGate, type Gate } from "../../lib/gates/define-gate.ts";
import { askOwner } from "../../lib/gates/delegation/ask-owner.ts";
import {
  type DelegationExpectation,
  DelegationExpectationSchema,
} from "../../lib/gates/delegation/expectation.ts";
import type { DelegationFacts } from "../../lib/gates/delegation/facts.ts";
import { judgeDelegation } from "../../lib/gates/delegation/judge.ts";
import { observeDelegation } from "../../lib/gates/delegation/observe.ts";
import { prove } from "../../lib/gates/prove.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { GateReportSchema, ValidateEventSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_DOMAIN",
  "STRATA_TABLE",
  "STRATA_ACTION_TOPIC_ARN",
);

function connect(environment: NodeJS.ProcessEnv) {
  const settings = readEnvironment(EnvironmentSchema, environment);
  const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
  const endpoint = environment.AWS_ENDPOINT_URL_ROUTE_53 ?? environment.AWS_ENDPOINT_URL;
  const ports = {
    dns: connectDns(),
    route53: connectRoute53(() => table.dynamo.config.credentials(), endpoint),
    notices: noticeTable(table),
    notifier: connectNotifier(),
    actionTopicArn: settings.STRATA_ACTION_TOPIC_ARN,
  };
  return {
    settings,
    objects: connectObjectStore(),
    metrics: embeddedMetrics("Strata", settings.STRATA_ENVIRONMENT),
    ports,
  };
}
type Ports = ReturnType<typeof connect>["ports"];

const GATES: readonly Gate<Ports>[] = [
  defineGate<DelegationExpectation, DelegationFacts, Ports>({
    kind: "delegation",
    expectation: DelegationExpectationSchema,
    observe: observeDelegation,
    judge: judgeDelegation,
    afterwards: askOwner,
  }),
];

/** Does the world know the zone? Asks its owner where it does not. */
export const handler = createHandler({
  name: "validate-dns",
  input: ValidateEventSchema,
  output: GateReportSchema,
  connect,
  handle: (event, { settings, ports, ...outlets }, now) =>
    prove(event, GATES, ports, outlets, {
      environment: settings.STRATA_ENVIRONMENT,
      domain: settings.STRATA_DOMAIN,
      now,
    }),
});
