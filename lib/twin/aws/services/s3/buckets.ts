import { z } from "zod";
import { type BucketRecord, COLLECTIONS } from "../../../world/records.ts";
import { isoTime, operation } from "../../service.ts";
import { bucketArn, bucketRecord } from "./store.ts";

const bucket = z.object({ Bucket: z.string() });

export const bucketOperations = {
  HeadBucket: operation(bucket, ({ world, allow }, { Bucket }) => {
    const { region } = bucketRecord(world, Bucket);
    allow("s3:ListBucket", bucketArn(Bucket));
    return { BucketRegion: region };
  }),
  GetBucketLocation: operation(bucket, ({ world, allow }, { Bucket }) => {
    const { region } = bucketRecord(world, Bucket);
    allow("s3:GetBucketLocation", bucketArn(Bucket));
    // us-east-1 has no constraint: S3 API reference, GetBucketLocation.
    return region === "us-east-1" ? {} : { LocationConstraint: region };
  }),
  GetBucketVersioning: operation(bucket, ({ world, allow }, { Bucket }) => {
    const { versioning } = bucketRecord(world, Bucket);
    allow("s3:GetBucketVersioning", bucketArn(Bucket));
    return versioning ? { Status: "Enabled" } : {};
  }),
  ListBuckets: operation(z.object({}), ({ world, allow, accountId }) => {
    allow("s3:ListAllMyBuckets", "*");
    const buckets = world.collection<BucketRecord>(COLLECTIONS.buckets).values();
    return {
      Buckets: buckets.map(({ name }) => ({ Name: name, CreationDate: isoTime(0) })),
      Owner: { ID: accountId },
    };
  }),
};
