import type { Service } from "../service.ts";
import { bucketOperations } from "./s3/buckets.ts";
import { deletions } from "./s3/deletions.ts";
import { lifecycleOperations } from "./s3/lifecycle.ts";
import { listings } from "./s3/listings.ts";
import { multipart } from "./s3/multipart.ts";
import { reads } from "./s3/reads.ts";
import { writes } from "./s3/writes.ts";

export const s3: Service = {
  ...bucketOperations,
  ...lifecycleOperations,
  ...reads,
  ...writes,
  ...deletions,
  ...listings,
  ...multipart,
};
