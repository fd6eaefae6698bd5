import * as z from "zod";
import { DRIFT_KINDS } from "../drift/drifted.ts";
import { wrap } from "../report/wrap.ts";
import {
  KNOWN_AFTER_MILLISECONDS,
  TAMPERINGS,
  type Tampered,
  type Tampering,
  tamper,
} from "../twin/tamper/tamper.ts";
import type { Check, CheckOptions } from "./check-command.ts";
import type { CheckRecord } from "./check-record.ts";
import { didYouMean } from "./nearest.ts";
import { UsageError } from "./usage-error.ts";

export interface DriftOptions extends CheckOptions {
  readonly layers?: string[];
  readonly tamper?: Tampering[];
}

/** `--tamper edited,deleted,added`. */
export function parseTampering(words: string): Tampering[] {
  const names = words
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.length === 0)
    throw new UsageError(`--tamper: name at least one of ${TAMPERINGS.join(", ")}. Nothing was started.`);
  return names.map((name) => {
    const known = TAMPERINGS.find((tampering) => tampering === name);
    if (known) return known;
    throw new UsageError(
      `--tamper: there is no "${name}"${didYouMean(name, TAMPERINGS)} There are ${TAMPERINGS.join(", ")}. Nothing was started.`,
    );
  });
}

const EvidenceSchema = z.looseObject({
  layers: z.array(z.looseObject({ layer: z.string(), result: z.string(), because: z.string().optional() })),
  drifted: z.array(z.looseObject({ layer: z.string(), address: z.string(), kind: z.enum(DRIFT_KINDS) })),
  news: z.looseObject({
    new: z.array(z.string()),
    changed: z.array(z.string()),
    resolved: z.array(z.string()),
  }),
});

/** `strata twin drift`: what the world has become since it was applied. */
export const DRIFT: Check<DriftOptions> = {
  machine: "drift",
  input: ({ layers, reason }) => ({ ...(layers ? { layers } : {}), reason }),
  prepare: async (twin, { tamper: kinds }) => {
    if (!kinds) return;
    const { environment, region } = twin.deployment;
    const place = { environment, region, accountId: twin.aws.accountId };
    for (const { kind, type, id, who } of tampered(() => tamper(twin.world, place, kinds)))
      process.stdout.write(`tampered: ${kind} ${type} ${id}, as ${who}\n`);
    await twin.clock.runTo(twin.clock.now() + KNOWN_AFTER_MILLISECONDS);
  },
  table: driftTable,
};

function tampered(deed: () => Tampered[]): Tampered[] {
  try {
    return deed();
  } catch (error) {
    throw new UsageError(`--tamper: ${(error as Error).message}. Nothing was started.`);
  }
}

/** What was scanned, what is news of what was found, and what is well again. */
function driftTable(record: CheckRecord, width?: number): string[] {
  const parsed = EvidenceSchema.safeParse(record.evidence);
  if (!parsed.success) return [];
  const { layers, drifted, news } = parsed.data;
  const told = (title: string, names: readonly string[]): string[] =>
    names.flatMap((name) => wrap(`${title.padEnd(9)} ${name}`, "", width));
  const known = drifted
    .map(({ layer, address }) => `${layer}: ${address}`)
    .filter((name) => !news.new.includes(name) && !news.changed.includes(name));
  return [
    ...layers
      .filter(({ result }) => result !== "scanned")
      .flatMap(({ layer, result, because = "" }) =>
        wrap(`${result.padEnd(9)} ${layer}: ${because}`, "", width),
      ),
    ...told("new", news.new),
    ...told("changed", news.changed),
    ...told("known", known),
    ...told("resolved", news.resolved),
  ];
}
