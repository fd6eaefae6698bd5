import type { Measurement, Metrics } from "../run/ports.ts";

/**
 * Metrics as lines of the function's log, which CloudWatch reads by itself: no API call, no permission. Written
 * to standard output directly, since the runtime would wrap a line of `console.log` into its own JSON.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const embeddedMetrics = (
  namespace: string,
  environment: string,
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Metrics => ({
  publish(measurements, now) {
    for (const measurement of measurements)
      write(`${JSON.stringify(lineOf(namespace, environment, measurement, now))}\n`);
  },
});

function lineOf(
  namespace: string,
  environment: string,
  { metric, value, dimensions }: Measurement,
  now: Date,
) {
  const named = { Environment: environment, ...dimensions };
  return {
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [Object.keys(named)],
          Metrics: [{ Name: metric, Unit: "None" }],
        },
      ],
    },
    ...named,
    [metric]: value,
  };
}
