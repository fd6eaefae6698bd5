import { z } from "zod";
import type { Json } from "../../world/world.ts";
import { AwsError } from "../contract.ts";
import { operation } from "../service.ts";

const EntrySchema = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  EventBusName: z.string().optional(),
});

function refusal(
  entry: z.output<typeof EntrySchema>,
): { ErrorCode: string; ErrorMessage: string } | undefined {
  const invalid = (what: string) => ({ ErrorCode: "InvalidArgument", ErrorMessage: what });
  if (!entry.Source || entry.Source.startsWith("aws.")) return invalid("Parameter Source is not valid.");
  if (!entry.DetailType) return invalid("Parameter DetailType is not valid.");
  try {
    JSON.parse(entry.Detail ?? "");
    return undefined;
  } catch {
    return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  }
}

export const events = {
  /** Ten entries at most: EventBridge API reference, PutEvents. Only the default bus is modelled. */
  PutEvents: operation(
    z.object({ Entries: z.array(EntrySchema).min(1).max(10) }),
    ({ world, allow, region, accountId }, { Entries }) => {
      const results = Entries.map((entry): { [key: string]: Json } => {
        const bus = entry.EventBusName ?? "default";
        allow("events:PutEvents", `arn:aws:events:${region}:${accountId}:event-bus/${bus}`);
        if (bus !== "default")
          throw new AwsError("ResourceNotFoundException", `Event bus ${bus} does not exist.`);
        const refused = refusal(entry);
        if (refused) return refused;
        const id = world.uuid();
        world.emit("events.put", {
          id,
          source: entry.Source ?? "",
          detailType: entry.DetailType ?? "",
          resources: entry.Resources ?? [],
          detail: JSON.parse(entry.Detail ?? "{}") as Json,
        });
        return { EventId: id };
      });
      return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
    },
  ),
};
