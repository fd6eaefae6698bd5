import * as z from "zod";
import { InvalidInputError } from "../run/errors.ts";
import { describeIssues } from "../run/parse-input.ts";
import { EVENT_SOURCE, eventSchema } from "./events.ts";

const AttributeSchema = z.object({ Value: z.string() });

/** What SNS hands to a function. @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export const SnsEventSchema = z.object({
  Records: z
    .array(
      z.object({
        Sns: z.object({
          MessageId: z.string(),
          Subject: z.string().nullish(),
          Message: z.string(),
          Timestamp: z.iso.datetime(),
          MessageAttributes: z.record(z.string(), AttributeSchema),
        }),
      }),
    )
    .min(1),
});
type SnsMessage = z.infer<typeof SnsEventSchema>["Records"][number]["Sns"];

/** An entry for the bus. */
export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Record<string, unknown>;
}

export interface EventBusPort {
  /** @throws DependencyUnavailableError (retryable) if the bus did not take all of them */
  put(events: readonly BusEvent[]): Promise<void>;
}

/**
 * Makes an event of a notification, checked against what is documented of it. Alarms come through the same topic
 * without naming an event: CloudWatch has told EventBridge of them itself.
 * @throws InvalidInputError (not retryable) naming what does not fit; the dead letter queue keeps the message
 */
export function busEventOf(message: SnsMessage): BusEvent | undefined {
  const { event, environment, runId, detail } = message.MessageAttributes;
  const detailType = event?.Value;
  if (detailType === undefined) return undefined;
  const parsed = eventSchema(detailType).safeParse({
    environment: environment?.Value,
    runId: runId?.Value,
    subject: message.Subject ?? "",
    text: message.Message,
    at: message.Timestamp,
    ...detailOf(detail?.Value),
  });
  if (parsed.success) return { source: EVENT_SOURCE, detailType, detail: parsed.data };
  throw new InvalidInputError(
    `message ${message.MessageId} (${detailType}): ${describeIssues(parsed.error)}`,
  );
}

function detailOf(text: string | undefined): object {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // As wrong as anything else that is no object.
  }
  throw new InvalidInputError("the attribute `detail` is no JSON object");
}
