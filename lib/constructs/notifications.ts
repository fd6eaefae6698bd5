import { Aws } from "aws-cdk-lib";
import { SlackChannelConfiguration } from "aws-cdk-lib/aws-chatbot";
import { ManagedPolicy } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";

export interface NotificationsProps {
  readonly environment: string;
  readonly key: IKey;
  readonly events: readonly string[];
  readonly action: readonly string[];
  readonly slack?: { readonly workspaceId: string; readonly channelId: string } | undefined;
}

/** Two topics: everything that happens, and what needs a person. */
export class Notifications extends Construct {
  readonly events: Topic;
  readonly action: Topic;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    this.events = this.#topic("Events", `Strata ${props.environment}: events`, props.key, props.events);
    this.action = this.#topic("Action", `Strata ${props.environment}: needs you`, props.key, props.action);
    if (props.slack) this.#channel(props.environment, props.slack);
  }

  /** Its role reads nothing but what the topic brings: it may look at the alarms that are talked about. */
  #channel(environment: string, slack: { workspaceId: string; channelId: string }): void {
    new SlackChannelConfiguration(this, "Slack", {
      slackChannelConfigurationName: `strata-${environment}`,
      slackWorkspaceId: slack.workspaceId,
      slackChannelId: slack.channelId,
      notificationTopics: [this.action],
      guardrailPolicies: [
        ManagedPolicy.fromManagedPolicyArn(
          this,
          "Guardrail",
          `arn:${Aws.PARTITION}:iam::aws:policy/CloudWatchReadOnlyAccess`,
        ),
      ],
    });
  }

  #topic(id: string, displayName: string, masterKey: IKey, addresses: readonly string[]): Topic {
    const topic = new Topic(this, id, { displayName, masterKey, enforceSSL: true });
    for (const address of addresses) topic.addSubscription(new EmailSubscription(address));
    return topic;
  }
}
