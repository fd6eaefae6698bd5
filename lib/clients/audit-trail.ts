import * as z from "zod";
import type { Trail, TrailEvent } from "../drift/attribute.ts";
import { connectJsonService, type JsonServiceProps } from "./json-service.ts";

const AnswerSchema = z.looseObject({
  Events: z
    .array(
      z.looseObject({
        EventName: z.string(),
        /** Epoch seconds. */
        EventTime: z.number(),
        /** `"true"` or `"false"`. */
        ReadOnly: z.string().optional(),
        Username: z.string().optional(),
        CloudTrailEvent: z.string().optional(),
      }),
    )
    .default([]),
});
const DetailSchema = z.looseObject({
  userIdentity: z.looseObject({ arn: z.string().optional() }).optional(),
});

/** Global services tell of their changes here. */
const GLOBAL_REGION = "us-east-1";
/** The most that one answer holds; the newest come first, and only the newest is wanted. */
const EVENTS = 50;

/**
 * CloudTrail's event history: management events of the last 90 days, no trail needed.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export function connectAuditTrail(
  props: Pick<JsonServiceProps, "credentials" | "region" | "endpoint">,
): Trail {
  const of = (region: string) =>
    connectJsonService({
      ...props,
      region,
      service: "cloudtrail",
      target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
    });
  const [here, global] = [of(props.region), of(GLOBAL_REGION)];
  return {
    async eventsOf(resourceName, since, isGlobal) {
      const answer = await (isGlobal ? global : here)("LookupEvents", {
        LookupAttributes: [{ AttributeKey: "ResourceName", AttributeValue: resourceName }],
        StartTime: Math.floor(since.getTime() / 1_000),
        MaxResults: EVENTS,
      });
      return AnswerSchema.parse(answer).Events.map(
        (event): TrailEvent => ({
          at: new Date(event.EventTime * 1_000).toISOString(),
          name: event.EventName,
          who: whoDid(event.CloudTrailEvent) ?? event.Username ?? "somebody whom CloudTrail does not name",
          readOnly: event.ReadOnly === "true",
        }),
      );
    },
  };
}

/** The session's ARN says role and person; the user name alone says one of them. */
function whoDid(detail: string | undefined): string | undefined {
  if (detail === undefined) return undefined;
  return DetailSchema.safeParse(JSON.parse(detail)).data?.userIdentity?.arn;
}
