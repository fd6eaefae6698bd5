import { createHash } from "node:crypto";
import { z } from "zod";
import type { TrailRecord } from "../audit-trail.ts";
import { AWS_COLLECTIONS } from "../collections.ts";
import { AwsError } from "../contract.ts";
import { epochSeconds, isoTime, operation, page, present, type Service } from "../service.ts";

/** The attributes that a lookup may name; one a request: CloudTrail API reference, LookupAttribute. */
const ATTRIBUTES = {
  EventName: ({ name }: TrailRecord) => [name],
  EventSource: ({ source }: TrailRecord) => [source],
  ResourceName: ({ resources }: TrailRecord) => resources,
  Username: ({ who }: TrailRecord) => [userOf(who)],
} as const;

const userOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

/** CloudTrail learns of most calls within five minutes of them. */
const DELIVERED_AFTER_MILLISECONDS = 5 * 60_000;

function answer(event: TrailRecord) {
  const EventId = createHash("sha256").update(JSON.stringify(event)).digest("hex").slice(0, 32);
  return {
    EventId,
    EventName: event.name,
    ReadOnly: "false",
    EventTime: epochSeconds(event.at),
    EventSource: event.source,
    Username: userOf(event.who),
    Resources: event.resources.map((ResourceName) => ({ ResourceName })),
    CloudTrailEvent: JSON.stringify({
      eventVersion: "1.11",
      userIdentity: {
        type: event.who.includes(":assumed-role/") ? "AssumedRole" : "IAMUser",
        arn: event.who,
      },
      eventTime: isoTime(event.at),
      eventSource: event.source,
      eventName: event.name,
      responseElements: event.answer ?? null,
      readOnly: false,
      managementEvent: true,
    }),
  };
}

export const cloudtrail: Service = {
  /** Newest first, 50 a page. Every region tells everything: the twin has one bus and one trail. */
  LookupEvents: operation(
    z.object({
      LookupAttributes: z
        .array(z.object({ AttributeKey: z.string(), AttributeValue: z.string() }))
        .max(1)
        .default([]),
      StartTime: z.number().optional(),
      EndTime: z.number().optional(),
      MaxResults: z.int().min(1).max(50).default(50),
      NextToken: z.string().optional(),
    }),
    (call, { LookupAttributes, StartTime = 0, EndTime, MaxResults, NextToken }) => {
      call.allow("cloudtrail:LookupEvents", "*");
      const until = Math.min(
        call.world.clock.now() - DELIVERED_AFTER_MILLISECONDS,
        EndTime === undefined ? Number.POSITIVE_INFINITY : EndTime * 1_000,
      );
      const [wanted] = LookupAttributes;
      const read = wanted && ATTRIBUTES[wanted.AttributeKey as keyof typeof ATTRIBUTES];
      if (wanted && !read)
        throw new AwsError("InvalidLookupAttributesException", `not modelled: ${wanted.AttributeKey}`);
      const found = call.world
        .collection<TrailRecord>(AWS_COLLECTIONS.trail)
        .values()
        .filter(({ at }) => at >= StartTime * 1_000 && at <= until)
        .filter((event) => !wanted || !read || read(event).includes(wanted.AttributeValue))
        .reverse();
      const { items, next } = page(found, NextToken, MaxResults);
      return present({ Events: items.map(answer), NextToken: next });
    },
  ),
};
