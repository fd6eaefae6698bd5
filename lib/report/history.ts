import * as z from "zod";

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
  taskFailedEventDetails: z
    .looseObject({ error: z.string().optional(), cause: z.string().optional() })
    .optional(),
  taskTimedOutEventDetails: z
    .looseObject({ error: z.string().optional(), cause: z.string().optional() })
    .optional(),
});
export type HistoryEvent = z.infer<typeof HistoryEventSchema>;

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html */
export const parseHistory = (events: unknown): HistoryEvent[] => z.array(HistoryEventSchema).parse(events);
