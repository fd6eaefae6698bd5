import type * as z from "zod";
import type { Operate } from "../answer.ts";
import { type DriftQuerySchema, DriftViewSchema } from "../schemas.ts";
import { badCursor } from "./runs.ts";

/** `limit` bounds what is read; a page may hold fewer, where some of it is not what was asked for. */
export const listDrift: Operate = async ({ query }, { drift }) => {
  const { layer, state, limit, cursor } = query as z.infer<typeof DriftQuerySchema>;
  const page = await drift.list({ layer, limit, cursor });
  if (page === "bad-cursor") throw badCursor();
  const wanted = page.items
    .map((item) => DriftViewSchema.parse(item))
    .filter((item) => state === "all" || (item.resolvedAt === undefined) === (state === "open"));
  return { body: { drift: wanted, ...(page.next && { next: page.next }) } };
};
