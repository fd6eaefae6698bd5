import type { Encryption } from "./encryption.ts";
import type { Grant } from "./grants.ts";
import type { Notifications } from "./notifications.ts";
import type { Stores } from "./stores.ts";

/** What a function needs that records a proof and tells of it; both topics and the table use the data key. */
export function proofGrants(props: {
  readonly encryption: Encryption;
  readonly stores: Stores;
  readonly notifications: Notifications;
}): Grant[] {
  const { encryption, stores, notifications } = props;
  return [
    {
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      resources: [stores.table.tableArn],
    },
    {
      actions: ["sns:Publish"],
      resources: [notifications.events.topicArn, notifications.action.topicArn],
    },
    { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [encryption.data.keyArn] },
  ];
}
