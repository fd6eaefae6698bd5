import { type Attributes, ProviderError, type Value } from "../../../contract.ts";
import { blocks, count, flag, isGiven, isSomething, text } from "../attributes.ts";
import { member, settingOf } from "./setting.ts";

/** Members of a lifecycle rule that S3 gives back as nothing when they were not given. */
const lifecycleRule = (rule: Attributes): Attributes => ({
  ...rule,
  prefix: text(rule, "prefix"),
  filter: isSomething(rule.filter) ? blocks(rule, "filter").map(lifecycleFilter) : [],
  expiration: blocks(rule, "expiration").map((given) => ({
    ...given,
    days: count(given, "days"),
    expired_object_delete_marker: flag(given, "expired_object_delete_marker"),
  })),
  transition: blocks(rule, "transition").map((given) => ({ ...given, days: count(given, "days") })),
});

const lifecycleFilter = (given: Attributes): Attributes => ({
  ...given,
  prefix: isGiven(given.prefix) ? (given.prefix as Value) : "",
});

export const bucketLifecycle = settingOf({
  type: "aws_s3_bucket_lifecycle_configuration",
  title: "S3 Bucket Lifecycle Configuration",
  call: "BucketLifecycleConfiguration",
  key: "lifecycle",
  ...member("rule"),
  part: {
    forcesReplacement: ["expected_bucket_owner"],
    validate: (configuration) => {
      for (const [index, rule] of blocks(configuration, "rule").entries())
        if (!["Enabled", "Disabled"].includes(text(rule, "status") || "Enabled"))
          throw new ProviderError(
            `Attribute rule[${index}].status value must be one of: ["Enabled" "Disabled"], got: "${text(rule, "status")}"`,
            ["rule", index, "status"],
          );
    },
  },
  fill: (values) => ({
    expected_bucket_owner: text(values, "expected_bucket_owner"),
    transition_default_minimum_object_size:
      text(values, "transition_default_minimum_object_size") || "all_storage_classes_128K",
    rule: blocks(values, "rule").map(lifecycleRule),
  }),
});
