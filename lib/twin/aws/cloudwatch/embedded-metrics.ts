import * as z from "zod";
import type { World } from "../../world/world.ts";
import { type AlarmRecord, AWS_COLLECTIONS, type DatumRecord } from "../collections.ts";

const DirectiveSchema = z.object({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/** A metric's key: what an alarm or a graph asks for. */
export const metricKey = (
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
): string =>
  [
    namespace,
    name,
    ...Object.entries(dimensions)
      .map(([dimension, value]) => `${dimension}=${value}`)
      .sort(),
  ].join("/");

/** A day more than the longest window of an alarm. */
const KEPT_MILLISECONDS = 8 * 24 * 3_600_000;

/**
 * Takes the metrics out of a line of a function's log, as CloudWatch does of every line in the embedded metric
 * format; any other line is none of its business.
 */
export function takeMetrics(world: World, line: string): void {
  if (!line.startsWith('{"_aws"')) return;
  const parsed = DirectiveSchema.safeParse(JSON.parse(line));
  if (!parsed.success) return;
  const values = JSON.parse(line) as Record<string, unknown>;
  const { Timestamp: at, CloudWatchMetrics } = parsed.data._aws;
  for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics)
    for (const names of Dimensions)
      for (const { Name } of Metrics) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(values[name])]));
        keep(world, metricKey(Namespace, Name, dimensions), { at, value: Number([values[Name]].flat()[0]) });
      }
}

/** What no alarm asks for is not kept: graphs are for people. */
function keep(world: World, key: string, datum: DatumRecord["data"][number]): void {
  const alarms = world.collection<AlarmRecord>(AWS_COLLECTIONS.alarms).values();
  if (!alarms.some(({ metrics }) => metrics.includes(key))) return;
  const data = world.collection<DatumRecord>(AWS_COLLECTIONS.metricData);
  const earlier = data.get(key)?.data.filter(({ at }) => at > datum.at - KEPT_MILLISECONDS) ?? [];
  data.set(key, { data: [...earlier, datum] });
}
