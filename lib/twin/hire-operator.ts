import { AWS_COLLECTIONS, type HttpRouteRecord, type NotificationRecord } from "./aws/collections.ts";
import type { Principal } from "./aws/contract.ts";
import type { AwsEmulator } from "./aws/emulator.ts";
import { delegate } from "./network/delegation.ts";
import { startOperator } from "./world/operator.ts";
import { COLLECTIONS } from "./world/records.ts";
import type { World } from "./world/world.ts";

/** How long a person takes: a minute to look at a mail, five at the registrar (5 min is the low end there). */
const ANSWERS_AFTER_MILLISECONDS = 60_000;
const DELEGATES_AFTER_MILLISECONDS = 5 * 60_000;

/** Gives the world's scripted person a mailbox, the HTTP API and the registrar's account. */
export function hireOperator(world: World, aws: AwsEmulator): void {
  const principal: Principal = {
    roleArn: `arn:aws:iam::${aws.accountId}:root`,
    sessionName: "second-operator",
  };
  const reads = startOperator({
    world,
    api: (method, path, body) => {
      const [route] = world.collection<HttpRouteRecord>(AWS_COLLECTIONS.httpRoutes).values();
      const request = { apiId: route?.apiId ?? "", method, path, query: {}, headers: {} };
      return aws.call(principal, "execute-api", "Invoke", { ...request, body: JSON.stringify(body) });
    },
    delegate: (zone, nameServers) => delegate(world, zone, nameServers),
    answersAfterMilliseconds: ANSWERS_AFTER_MILLISECONDS,
    delegatesAfterMilliseconds: DELEGATES_AFTER_MILLISECONDS,
  });
  world.on<{ key: string }>("sns.published", ({ key }) => {
    const mail = world.collection<NotificationRecord>(COLLECTIONS.notifications).get(key);
    if (mail === undefined) return;
    const attributes = Object.entries(mail.messageAttributes).map(([name, { value }]) => [name, value]);
    reads({ message: mail.message, messageAttributes: Object.fromEntries(attributes) });
  });
}
