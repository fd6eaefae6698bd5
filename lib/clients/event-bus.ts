import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { EventBusPort } from "../notifications/forward.ts";
import { DependencyUnavailableError } from "../run/errors.ts";
import { SDK_SETTINGS } from "./sdk.ts";

/** The account's default bus. SNS hands over one message at a time, and the bus takes ten entries. */
export function connectEventBus(
  events: EventBridgeClient = new EventBridgeClient(SDK_SETTINGS),
): EventBusPort {
  return {
    async put(entries) {
      const { FailedEntryCount = 0, Entries = [] } = await events.send(
        new PutEventsCommand({
          Entries: entries.map(({ source, detailType, detail }) => ({
            Source: source,
            DetailType: detailType,
            Detail: JSON.stringify(detail),
          })),
        }),
      );
      if (FailedEntryCount === 0) return;
      const why = Entries.map(({ ErrorMessage }) => ErrorMessage ?? "").filter(Boolean);
      throw new DependencyUnavailableError(`EventBridge did not take ${FailedEntryCount}: ${why.join("; ")}`);
    },
  };
}
