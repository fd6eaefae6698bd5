import * as z from "zod";

const FailureSchema = z.looseObject({ error: z.string().optional(), cause: z.string().optional() });

/** The part of a Step Functions history event that a report reads; times are epoch seconds. */
const HistoryEventSchema = z.looseObject({
  id: z.int(),
  previousEventId: z.int().default(0),
  timestamp: z.number(),
  type: z.string(),
  stateEnteredEventDetails: z.looseObject({ name: z.string(), input: z.string().optional() }).optional(),
  stateExitedEventDetails: z.looseObject({ name: z.string(), output: z.string().optional() }).optional(),
  taskScheduledEventDetails: z
    .looseObject({ resourceType: z.string(), resource: z.string(), parameters: z.string() })
    .optional(),
  taskFailedEventDetails: FailureSchema.optional(),
  /** A task whose service was never reached, or refused the call. */
  taskStartFailedEventDetails: FailureSchema.optional(),
  taskSubmitFailedEventDetails: FailureSchema.optional(),
  taskTimedOutEventDetails: FailureSchema.optional(),
});
export type HistoryEvent = z.infer<typeof HistoryEventSchema>;

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html */
export const parseHistory = (events: unknown): HistoryEvent[] => z.array(HistoryEventSchema).parse(events);
