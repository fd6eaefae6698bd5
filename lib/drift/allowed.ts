import * as z from "zod";

/** Drift that somebody answers for, for a while: `drift.allow` of the configuration. */
export const AllowedDriftSchema = z.strictObject({
  /** Left out, any layer. */
  layer: z.string().min(1).optional(),
  /** An address, or an ARN of what nobody manages; `*` stands for any text. */
  address: z.string().min(1),
  owner: z.string().min(1),
  /** The last day on which it is allowed, UTC. */
  until: z.iso.date("a day such as 2030-01-31"),
  reason: z.string().min(1),
});
export type AllowedDrift = z.infer<typeof AllowedDriftSchema>;

/** The entry that allows drift at this address now, and the newest of those that did and have expired. */
export function allowanceOf(
  drift: { readonly layer: string; readonly address: string },
  allow: readonly AllowedDrift[],
  now: Date,
): { readonly allowed?: AllowedDrift; readonly expired?: AllowedDrift } {
  const fitting = allow
    .filter((entry) => entry.layer === undefined || entry.layer === drift.layer)
    .filter((entry) => matches(entry.address, drift.address))
    .sort((one, other) => (one.until < other.until ? 1 : -1));
  const today = now.toISOString().slice(0, 10);
  const [newest] = fitting;
  if (newest === undefined) return {};
  return newest.until >= today ? { allowed: newest } : { expired: newest };
}

/** Addresses hold brackets, dots and quotes, which mean themselves here. */
const matches = (pattern: string, address: string): boolean =>
  new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "s").test(address);

const escaped = (text: string): string => text.replaceAll(/[\\^$.|?+()[\]{}]/g, "\\$&");
