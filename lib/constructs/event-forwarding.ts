import { Duration } from "aws-cdk-lib";
import { LambdaSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Encryption } from "./encryption.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Names } from "./names.ts";
import type { Notifications } from "./notifications.ts";

export interface EventForwardingProps {
  readonly names: Names;
  readonly encryption: Encryption;
  readonly notifications: Notifications;
}

/** Everything that people are told is an event for programs as well. @see lib/notifications/events.ts */
export class EventForwarding extends Construct {
  readonly fn: HandlerFunction;

  constructor(scope: Construct, id: string, props: EventForwardingProps) {
    super(scope, id);
    const { names, encryption, notifications } = props;
    this.fn = new HandlerFunction(this, "forward-event", {
      names,
      handler: "forward-event",
      description: "Puts every notification on the event bus",
      timeout: Duration.seconds(30),
      environment: {},
      grants: [{ actions: ["events:PutEvents"], resources: [names.arn("events", "event-bus/default")] }],
      logKey: encryption.data,
    });
    for (const topic of [notifications.events, notifications.action])
      topic.addSubscription(new LambdaSubscription(this.fn));
  }
}
