import * as z from "zod";
import { connectEventBus } from "../../lib/clients/event-bus.ts";
import { busEventOf, SnsEventSchema } from "../../lib/notifications/forward.ts";
import { createHandler } from "../create-handler.ts";

/** Called by SNS for everything that is told: programs hear it on the event bus, with a documented schema. */
export const handler = createHandler({
  name: "forward-event",
  input: SnsEventSchema,
  output: z.object({ forwarded: z.int() }),
  connect: () => ({ bus: connectEventBus() }),
  handle: async ({ Records }, { bus }) => {
    const events = Records.map(({ Sns }) => busEventOf(Sns)).filter((event) => event !== undefined);
    if (events.length > 0) await bus.put(events);
    return { forwarded: events.length };
  },
});
