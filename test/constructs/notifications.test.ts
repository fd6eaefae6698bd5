import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Key } from "aws-cdk-lib/aws-kms";
import { expect, it } from "vitest";
import { Notifications } from "../../lib/constructs/notifications.ts";
import { LEFT_OUT } from "../../lib/stacks/synthesize.ts";

function template(slack?: { workspaceId: string; channelId: string }): Template {
  const stack = new Stack(new App(LEFT_OUT), "test");
  const key = new Key(stack, "Key");
  new Notifications(stack, "Notifications", {
    environment: "demo",
    key,
    events: [],
    action: ["a@b.example"],
    slack,
  });
  return Template.fromStack(stack);
}

it("asks a channel beside the mailbox where one is configured", () => {
  const found = template({ workspaceId: "T0123ABCD", channelId: "C0123ABCD" });
  const [action] = Object.keys(
    found.findResources("AWS::SNS::Topic", { Properties: { DisplayName: "Strata demo: needs you" } }),
  );
  found.hasResourceProperties("AWS::Chatbot::SlackChannelConfiguration", {
    SlackWorkspaceId: "T0123ABCD",
    SlackChannelId: "C0123ABCD",
    SnsTopicArns: [{ Ref: action }],
  });
});

it("knows no channel otherwise", () => {
  template().resourceCountIs("AWS::Chatbot::SlackChannelConfiguration", 0);
  expect(Object.keys(template().findResources("AWS::SNS::Subscription"))).toHaveLength(1);
});
