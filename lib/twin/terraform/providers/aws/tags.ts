import { type Attributes, type ProviderContext, UNKNOWN, type Value } from "../../contract.ts";
import { block, strings } from "./attributes.ts";

const defaultTags = (context: ProviderContext): Record<string, string> =>
  strings(block(context.configuration, "default_tags"), "tags");

const hasUnknown = (tags: Value | undefined): boolean =>
  tags === UNKNOWN ||
  (typeof tags === "object" && tags !== null && Object.values(tags).some((value) => value === UNKNOWN));

/** `tags_all` of a plan: the provider's default tags under the resource's own. */
export const planTagsAll = (planned: Attributes, context: ProviderContext): Value =>
  hasUnknown(planned.tags) ? UNKNOWN : { ...defaultTags(context), ...strings(planned, "tags") };

/** The resource's own tags among all that it bears: without the defaults, unless it gave them itself. */
export function ownTags(state: Attributes, all: Record<string, string>, context: ProviderContext): Value {
  const defaults = defaultTags(context);
  const given = strings(state, "tags");
  const own = Object.entries(all).filter(([key, value]) => key in given || defaults[key] !== value);
  if (own.length === 0 && (state.tags === null || state.tags === undefined)) return null;
  return Object.fromEntries(own);
}
