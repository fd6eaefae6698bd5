import { z } from "zod";
import { strikes } from "../../../world/faults.ts";
import type { Json, World } from "../../../world/world.ts";
import { AwsError } from "../../contract.ts";
import { operation, present } from "../../service.ts";
import { bucketArn, bucketRecord } from "./store.ts";

type Block = { [name: string]: Json };

/** Blocks as terraform's provider keeps them: a list of at most one, mostly. */
const blocks = (value: Json | undefined): Block[] =>
  (Array.isArray(value) ? value : []).filter(
    (each): each is Block => each !== null && typeof each === "object" && !Array.isArray(each),
  );
const first = (value: Json | undefined): Block | undefined => blocks(value)[0];
const given = (value: Json | undefined): Json | undefined =>
  value === null || value === "" || value === 0 ? undefined : value;

/** A rule of the bucket's record in S3's own words. */
function ruleOf(rule: Block): Json {
  const expiration = first(rule.expiration);
  const noncurrent = first(rule.noncurrent_version_expiration);
  const multipart = first(rule.abort_incomplete_multipart_upload);
  return present({
    ID: given(rule.id),
    Status: rule.status ?? "Enabled",
    Filter: { Prefix: first(rule.filter)?.prefix ?? rule.prefix ?? "" },
    Expiration: expiration && present({ Days: given(expiration.days), Date: given(expiration.date) }),
    Transition: blocks(rule.transition).map((each) =>
      present({ Days: each.days ?? 0, StorageClass: each.storage_class }),
    ),
    NoncurrentVersionExpiration: noncurrent && present({ NoncurrentDays: given(noncurrent.noncurrent_days) }),
    AbortIncompleteMultipartUpload:
      multipart && present({ DaysAfterInitiation: given(multipart.days_after_initiation) }),
  });
}

/** Fault `lifecycle-added` { bucket, rule }: buckets whose name begins so have a rule that nobody's Terraform made. */
const addedByHand = (world: World, name: string): Block[] => {
  const rule = strikes(world, "lifecycle-added", ({ bucket }) => name.startsWith(String(bucket)))?.rule;
  return rule === undefined ? [] : blocks([rule]);
};

export const lifecycleOperations = {
  GetBucketLifecycleConfiguration: operation(
    z.object({ Bucket: z.string() }),
    ({ world, allow }, { Bucket }) => {
      allow("s3:GetLifecycleConfiguration", bucketArn(Bucket));
      const { configuration } = bucketRecord(world, Bucket);
      const rules = [...blocks(configuration.lifecycle), ...addedByHand(world, Bucket)];
      if (rules.length === 0)
        throw new AwsError("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404);
      return { Rule: rules.map(ruleOf) };
    },
  ),
};
