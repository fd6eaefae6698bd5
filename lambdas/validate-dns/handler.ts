import type * as z from "zod";
import { connectNotifier } from "../../lib/clients/notifier.ts";
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
import { environmentOf } from "../../lib/run/environment.ts";
import { createValidator } from "../create-validator.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_DOMAIN",
  "STRATA_TABLE",
  "STRATA_ACTION_TOPIC_ARN",
);

function connect(settings: z.infer<typeof EnvironmentSchema>, environment: NodeJS.ProcessEnv) {
  const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
  const endpoint = environment.AWS_ENDPOINT_URL_ROUTE_53 ?? environment.AWS_ENDPOINT_URL;
  return {
    dns: connectDns(),
    route53: connectRoute53(() => table.dynamo.config.credentials(), endpoint),
    notices: noticeTable(table),
    notifier: connectNotifier(),
    actionTopicArn: settings.STRATA_ACTION_TOPIC_ARN,
  };
}
type Ports = ReturnType<typeof connect>;

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
export const handler = createValidator({
  name: "validate-dns",
  environment: EnvironmentSchema,
  gates: GATES,
  connect,
});
