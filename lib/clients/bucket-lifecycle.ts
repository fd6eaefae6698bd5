import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  type LifecycleRule,
  S3Client,
} from "@aws-sdk/client-s3";
import { isNamed } from "./aws-errors.ts";
import { SDK_SETTINGS } from "./sdk.ts";

/** A rule that is on, as far as it touches what may still be read. */
export interface RetentionRule {
  readonly id: string;
  /** Of the keys that it is for; empty: all. */
  readonly prefix: string;
  /** Narrowed further, by tags or by size: it may or may not reach a given object. */
  readonly narrowed: boolean;
  /** Days after which a current version is deleted. A date counts as 0. */
  readonly expirationDays: number | undefined;
  readonly transitions: readonly { readonly storageClass: string; readonly days: number }[];
  readonly noncurrentDays: number | undefined;
}
export interface BucketRetention {
  readonly versioned: boolean;
  readonly rules: readonly RetentionRule[];
}
export interface Lifecycles {
  /** Undefined: there is no such bucket. */
  retention(bucket: string, region: string | undefined): Promise<BucketRetention | undefined>;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export function connectLifecycles(): Lifecycles {
  return {
    async retention(Bucket, region) {
      const s3 = new S3Client({ ...SDK_SETTINGS, ...(region && { region }) });
      try {
        const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
        const versioned = Status === "Enabled";
        return { versioned, rules: await rulesOf(s3, Bucket) };
      } catch (error) {
        if (isNamed(error, "NoSuchBucket")) return undefined;
        throw error;
      } finally {
        s3.destroy();
      }
    },
  };
}

async function rulesOf(s3: S3Client, Bucket: string): Promise<RetentionRule[]> {
  try {
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    return Rules.filter(({ Status }) => Status === "Enabled").map(ruleOf);
  } catch (error) {
    if (isNamed(error, "NoSuchLifecycleConfiguration")) return [];
    throw error;
  }
}

function ruleOf({
  ID,
  Filter,
  Prefix,
  Expiration,
  Transitions = [],
  NoncurrentVersionExpiration,
}: LifecycleRule): RetentionRule {
  const { And, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan } = Filter ?? {};
  return {
    id: ID ?? "(no name)",
    prefix: And?.Prefix ?? Filter?.Prefix ?? Prefix ?? "",
    narrowed:
      And !== undefined ||
      Tag !== undefined ||
      ObjectSizeGreaterThan !== undefined ||
      ObjectSizeLessThan !== undefined,
    expirationDays: Expiration?.Date ? 0 : Expiration?.Days,
    transitions: Transitions.map(({ StorageClass, Days }) => ({
      storageClass: StorageClass ?? "(none)",
      days: Days ?? 0,
    })),
    noncurrentDays: NoncurrentVersionExpiration?.NoncurrentDays,
  };
}
