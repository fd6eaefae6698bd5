import type { IKey } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";

export interface NotificationsProps {
  readonly environment: string;
  readonly key: IKey;
  readonly events: readonly string[];
  readonly action: readonly string[];
}

/** Two topics: everything that happens, and what needs a person. */
export class Notifications extends Construct {
  readonly events: Topic;
  readonly action: Topic;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    this.events = this.#topic("Events", `Strata ${props.environment}: events`, props.key, props.events);
    this.action = this.#topic("Action", `Strata ${props.environment}: needs you`, props.key, props.action);
  }

  #topic(id: string, displayName: string, masterKey: IKey, addresses: readonly string[]): Topic {
    const topic = new Topic(this, id, { displayName, masterKey, enforceSSL: true });
    for (const address of addresses) topic.addSubscription(new EmailSubscription(address));
    return topic;
  }
}
