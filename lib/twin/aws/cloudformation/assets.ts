import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type BucketRecord, COLLECTIONS } from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import { addVersion, versionsOf } from "../services/s3/store.ts";

/** The part of `<stack>.assets.json` that is read. @see aws-cdk-lib/cloud-assembly-schema, AssetManifest */
const ManifestSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string(), packaging: z.enum(["file", "zip"]).default("file") }),
        destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
      }),
    )
    .default({}),
});

interface FileAsset {
  readonly path: string;
  readonly isZip: boolean;
  readonly bucket: string;
  readonly key: string;
}

/** The files that `cdk deploy` would upload before it deploys the template. */
export class Assets {
  readonly #directory: string;
  readonly #files: readonly FileAsset[];

  constructor(directory: string, manifest: unknown, accountId: string, region: string) {
    this.#directory = directory;
    const place = (text: string): string =>
      text
        .replace(/\$\{AWS::AccountId\}/g, accountId)
        .replace(/\$\{AWS::Region\}/g, region)
        .replace(/\$\{AWS::Partition\}/g, "aws");
    this.#files = Object.values(ManifestSchema.parse(manifest).files).flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ bucketName, objectKey }) => ({
        path: source.path,
        isZip: source.packaging === "zip",
        bucket: place(bucketName),
        key: place(objectKey),
      })),
    );
  }

  /** The directory whose contents are the zipped object `key`. */
  directoryOf(key: string): string {
    const file = this.#files.find((candidate) => candidate.key === key && candidate.isZip);
    if (!file) throw new Error(`the assets manifest has no directory for the object ${key}`);
    return join(this.#directory, file.path);
  }

  /** Puts plain files (not templates, not function bundles) into their bucket; what is there already stays. */
  upload(world: World, region: string): void {
    for (const { path, isZip, bucket: name, key } of this.#files) {
      if (isZip || path.endsWith(".template.json")) continue;
      const bucket = bootstrapBucket(world, name, region);
      if (versionsOf(world, name, key).length > 0) continue;
      const body = readFileSync(join(this.#directory, path));
      // Assets are named by their content, so any tag that belongs to the content will do.
      const etag = key.replace(/\..*$/, "").slice(0, 32);
      addVersion(world, bucket, key, {
        body: body.toString("base64"),
        etag,
        contentType: "application/octet-stream",
        metadata: {},
      });
    }
  }
}

/** The bucket of `cdk bootstrap`: versioned, encrypted with S3's own key by default. */
function bootstrapBucket(world: World, name: string, region: string): BucketRecord {
  const buckets = world.collection<BucketRecord>(COLLECTIONS.buckets);
  const existing = buckets.get(name);
  if (existing) return existing;
  const made: BucketRecord = {
    name,
    arn: `arn:aws:s3:::${name}`,
    region,
    versioning: true,
    tags: {},
    configuration: {},
    controlPlane: true,
  };
  buckets.set(name, made);
  return made;
}
