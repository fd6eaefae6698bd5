import { ProviderError } from "../../contract.ts";
import { arnIn, blocks, isSomething, text } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";

/** Alarms are kept, and nothing measures what they look at. */
export const metricAlarm: AwsTypeSpec = {
  service: "CloudWatch",
  type: "aws_cloudwatch_metric_alarm",
  title: "CloudWatch Metric Alarm",
  calls: {
    create: "PutMetricAlarm",
    read: "DescribeAlarms",
    update: "PutMetricAlarm",
    delete: "DeleteAlarms",
  },
  forcesReplacement: ["alarm_name"],
  defaults: { actions_enabled: true, treat_missing_data: "missing" },
  validate: (configuration) => {
    const [metric, query] = [isSomething(configuration.metric_name), isSomething(configuration.metric_query)];
    if (metric === query)
      throw new ProviderError(
        "Invalid combination of arguments\none of `metric_name,metric_query` must be specified",
        ["metric_name"],
      );
    if (metric && isSomething(configuration.statistic) === isSomething(configuration.extended_statistic))
      throw new ProviderError(
        "One of `statistic` or `extended_statistic` must be set for a cloudwatch metric alarm",
        ["statistic"],
      );
    const returned = blocks(configuration, "metric_query").filter(({ return_data }) => return_data === true);
    if (query && returned.length !== 1)
      throw new ProviderError("exactly one metric_query must have return_data = true", ["metric_query"]);
  },
  label: (values) => text(values, "alarm_name"),
  identify: (planned) => text(planned, "alarm_name"),
  arn: (values, context) => arnIn(context, "cloudwatch", `alarm:${text(values, "alarm_name") || "*"}`),
  computed: (values) => ({
    evaluate_low_sample_count_percentiles: text(values, "evaluate_low_sample_count_percentiles"),
  }),
};
