import * as z from "zod";
import type { Starts } from "../api/ports.ts";
import { connectJsonService, type JsonServiceProps } from "./json-service.ts";

const AnswerSchema = z.looseObject({
  Events: z.array(z.looseObject({ CloudTrailEvent: z.string().optional() })).default([]),
  NextToken: z.string().optional(),
});
const StartSchema = z.looseObject({
  userIdentity: z.looseObject({ arn: z.string().optional(), invokedBy: z.string().optional() }),
  responseElements: z.looseObject({ executionArn: z.string() }),
});

/** The call and the execution's start are the same second; clocks of two services may differ by some. */
const AROUND_SECONDS = 120;
/** Fifty starts a page; an account that starts more in four minutes has to narrow nothing, only to wait longer. */
const PAGES = 10;

/**
 * CloudTrail's event history knows who called StartExecution, in the console as anywhere; it learns of it within a
 * quarter of an hour, as a rule within five minutes. Asked by the call's name and time, since not every event names
 * its resources; the execution stands in the answer that the event keeps.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cloud-trail.html
 */
export function connectExecutionStarts(
  props: Pick<JsonServiceProps, "credentials" | "region" | "endpoint">,
): Starts {
  const ask = connectJsonService({
    ...props,
    service: "cloudtrail",
    target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
  });
  return {
    async whoStarted(executionArn, startedAt) {
      const at = Math.floor(startedAt.getTime() / 1_000);
      let NextToken: string | undefined;
      for (let page = 0; page < PAGES; page += 1) {
        const answer = AnswerSchema.parse(
          await ask("LookupEvents", {
            LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: "StartExecution" }],
            StartTime: at - AROUND_SECONDS,
            EndTime: at + AROUND_SECONDS,
            ...(NextToken && { NextToken }),
          }),
        );
        const who = answer.Events.map(({ CloudTrailEvent }) => starterOf(CloudTrailEvent, executionArn)).find(
          Boolean,
        );
        NextToken = answer.NextToken;
        if (who !== undefined || NextToken === undefined) return who;
      }
      return undefined;
    },
  };
}

/** A start that was refused keeps no answer, and an event of another shape is not this start. */
function starterOf(event: string | undefined, executionArn: string): string | undefined {
  const parsed = StartSchema.safeParse(event === undefined ? undefined : JSON.parse(event));
  if (!parsed.success || parsed.data.responseElements.executionArn !== executionArn) return undefined;
  const { arn, invokedBy } = parsed.data.userIdentity;
  return arn ?? invokedBy;
}
