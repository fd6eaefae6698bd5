import type { World } from "../../world/world.ts";
import { type AlarmRecord, AWS_COLLECTIONS, type DatumRecord } from "../collections.ts";
import type { Aws } from "../contract.ts";
import { deliver } from "../events/deliver.ts";
import { noteFailedDelivery } from "../events/failed-deliveries.ts";

type State = AlarmRecord["state"];

const REDUCE: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  SampleCount: (values) => values.length,
};

const COMPARE: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** Metrics of AWS's own that are looked up where they come from; what is not here nobody measures. */
const QUEUE_METRIC = /^AWS\/SQS\/ApproximateNumberOfMessagesVisible\/QueueName=(.+)$/;

/** A metric's values within a period. */
function valuesOf(world: World, metric: string, from: number, to: number): number[] {
  const queue = QUEUE_METRIC.exec(metric)?.[1];
  if (queue === undefined) {
    const data = world.collection<DatumRecord>(AWS_COLLECTIONS.metricData).get(metric)?.data ?? [];
    return data.filter(({ at }) => at > from && at <= to).map(({ value }) => value);
  }
  const messages = world.collection<{ at: number }>(AWS_COLLECTIONS.messages).entries();
  return [messages.filter(([key, { at }]) => key.includes(`:${queue}/`) && at <= to).length];
}

/** One value a period: the statistic of the metric, or the sum over several, where a missing one is nothing. */
function periodValue(world: World, alarm: AlarmRecord, from: number, to: number): number | undefined {
  const reduce = REDUCE[alarm.statistic];
  if (!reduce) throw new Error(`alarm ${alarm.name}: the statistic ${alarm.statistic} is not modelled`);
  const values = alarm.metrics.map((metric) => valuesOf(world, metric, from, to));
  const [only = []] = values;
  if (values.length === 1) return only.length === 0 ? undefined : reduce(only);
  return values.reduce((sum, each) => sum + (each.length === 0 ? 0 : reduce(each)), 0);
}

/** Whether a period is bad: by its value, or by what the alarm takes a missing one for. */
function isBreaching(alarm: AlarmRecord, value: number | undefined): boolean | "missing" {
  if (value !== undefined) {
    const compare = COMPARE[alarm.comparison];
    if (!compare) throw new Error(`alarm ${alarm.name}: the comparison ${alarm.comparison} is not modelled`);
    return compare(value, alarm.threshold);
  }
  if (alarm.missing === "breaching") return true;
  return alarm.missing === "notBreaching" ? false : "missing";
}

/**
 * The state after looking at the last full periods: ALARM when each of them is bad, OK when one is good. Real
 * alarms may look at "M of N" periods; ours do not.
 */
function stateOf(world: World, alarm: AlarmRecord): State {
  const end = Math.floor(world.clock.now() / alarm.periodMilliseconds) * alarm.periodMilliseconds;
  const verdicts = Array.from({ length: alarm.periods }, (_, back) => {
    const to = end - back * alarm.periodMilliseconds;
    return isBreaching(alarm, periodValue(world, alarm, to - alarm.periodMilliseconds, to));
  });
  if (verdicts.every((verdict) => verdict === true)) return "ALARM";
  return verdicts.includes(false) ? "OK" : alarm.state;
}

/** Looks at every alarm; those whose state changes tell their topics, as CloudWatch does. */
export function evaluateAlarms(aws: Aws, world: World): void {
  const alarms = world.collection<AlarmRecord>(AWS_COLLECTIONS.alarms);
  for (const alarm of alarms.values()) {
    // An alarm is not older than itself: before its first full periods nothing is missing yet.
    if (world.clock.now() < alarm.createdAt + alarm.periods * alarm.periodMilliseconds) continue;
    const state = stateOf(world, alarm);
    if (state === alarm.state) continue;
    alarms.set(alarm.name, { ...alarm, state });
    if (state === "ALARM" || alarm.state === "ALARM") void tell(aws, world, { ...alarm, state }, alarm.state);
  }
}

async function tell(aws: Aws, world: World, alarm: AlarmRecord, before: State): Promise<void> {
  const message = {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description,
    NewStateValue: alarm.state,
    OldStateValue: before,
    StateChangeTime: new Date(world.clock.now()).toISOString(),
    Region: aws.region,
  };
  const sender = { service: "cloudwatch.amazonaws.com", arn: alarm.arn, accountId: aws.accountId };
  for (const arn of alarm.state === "ALARM" ? alarm.alarmActions : alarm.okActions)
    await deliver(aws, world, { id: "action", arn }, message, sender).catch((error: unknown) =>
      noteFailedDelivery(world, alarm.name, arn, error),
    );
}
