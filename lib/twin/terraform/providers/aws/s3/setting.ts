import type { BucketRecord } from "../../../../world/records.ts";
import type { Json } from "../../../../world/world.ts";
import type { Attributes, ProviderContext, Value } from "../../../contract.ts";
import { text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { buckets, requireBucket, S3 } from "./bucket.ts";

/** One side of a bucket that terraform keeps in a resource of its own. */
interface Setting {
  readonly type: string;
  readonly title: string;
  /** S3's operations are Get…, Put… and Delete… of this. */
  readonly call: string;
  /** Name among the bucket's configuration in the world. */
  readonly key: string;
  readonly part: Partial<AwsTypeSpec>;
  /** What the world keeps of the values. */
  keep(values: Attributes): Json;
  /** Back from the world; undefined members stay as terraform has them. */
  give(kept: Json): Attributes;
  /** Members that S3 fills in. */
  fill?(values: Attributes): Attributes;
  apply?(record: BucketRecord, values: Attributes | null): BucketRecord;
}

const plain = (value: Value | undefined): Json => JSON.parse(JSON.stringify(value ?? null)) as Json;

function put(setting: Setting, values: Attributes, context: ProviderContext): void {
  buckets(context.world).update(text(values, "bucket"), (record) => {
    const kept = {
      ...record,
      configuration: { ...record.configuration, [setting.key]: setting.keep(values) },
    };
    return setting.apply?.(kept, values) ?? kept;
  });
}

function drop(setting: Setting, values: Attributes, context: ProviderContext): void {
  if (!buckets(context.world).has(text(values, "bucket"))) return;
  buckets(context.world).update(text(values, "bucket"), (record) => {
    const configuration = { ...record.configuration };
    delete configuration[setting.key];
    return setting.apply?.({ ...record, configuration }, null) ?? { ...record, configuration };
  });
}

export const settingOf = (setting: Setting): AwsTypeSpec => ({
  ...S3,
  type: setting.type,
  title: setting.title,
  calls: {
    create: `Put${setting.call}`,
    read: `Get${setting.call}`,
    update: `Put${setting.call}`,
    delete: `Delete${setting.call}`,
  },
  label: (values) => text(values, "bucket"),
  identify: (planned) => text(planned, "bucket"),
  arn: (values) => `arn:aws:s3:::${text(values, "bucket")}`,
  refuseCreate: (values, context) => {
    requireBucket(context.world, text(values, "bucket"));
  },
  created: (values, { context }) => put(setting, values, context),
  updated: (values, _, { context }) => {
    const filled = { ...values, ...setting.fill?.(values) };
    put(setting, filled, context);
    return filled;
  },
  computed: (values) => setting.fill?.(values) ?? {},
  deleted: (values, context) => drop(setting, values, context),
  observe: (values, context) => {
    const kept = buckets(context.world).get(text(values, "bucket"))?.configuration[setting.key];
    return kept === undefined ? null : setting.give(kept);
  },
  ...setting.part,
  forcesReplacement: ["bucket", ...(setting.part.forcesReplacement ?? [])],
});

export const member = (name: string): Pick<Setting, "keep" | "give"> => ({
  keep: (values) => plain(values[name]),
  give: (kept) => ({ [name]: kept as Value }),
});
