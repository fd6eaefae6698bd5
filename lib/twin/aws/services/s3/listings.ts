import { z } from "zod";
import { COLLECTIONS, type ObjectVersion } from "../../../world/records.ts";
import type { Json } from "../../../world/world.ts";
import { type Call, isoTime, operation, present } from "../../service.ts";
import { bucketArn, bucketRecord } from "./store.ts";

interface Listed {
  readonly key: string;
  readonly versions: readonly ObjectVersion[];
}

function objectsOf(call: Call, bucket: string, prefix: string): Listed[] {
  const start = `${bucket}/`;
  return call.world
    .collection<ObjectVersion[]>(COLLECTIONS.objects)
    .entries()
    .filter(([name]) => name.startsWith(`${start}${prefix}`))
    .map(([name, versions]) => ({ key: name.slice(start.length), versions }));
}

/** One line of a listing: an object or everything behind a common prefix. */
type Line<T> =
  | { readonly name: string; readonly prefix: string }
  | { readonly name: string; readonly item: T };

/** Rolls up what lies behind the delimiter; `name` orders lines and is what a marker names. */
function rolledUp<T>(
  items: readonly { readonly key: string; readonly item: T }[],
  prefix: string,
  delimiter: string | undefined,
): Line<T>[] {
  const lines: Line<T>[] = [];
  const seen = new Set<string>();
  for (const { key, item } of items) {
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    if (end < 0 || !delimiter) {
      lines.push({ name: key, item });
      continue;
    }
    const common = key.slice(0, end + delimiter.length);
    if (!seen.has(common)) lines.push({ name: common, prefix: common });
    seen.add(common);
  }
  return lines;
}

function split<T>(lines: readonly Line<T>[]): { items: T[]; prefixes: Json[] } {
  return {
    items: lines.flatMap((line) => ("item" in line ? [line.item] : [])),
    prefixes: lines.flatMap((line) => ("prefix" in line ? [{ Prefix: line.prefix }] : [])),
  };
}

const size = (version: ObjectVersion): number => Buffer.byteLength(version.body, "base64");

const contents = (key: string, version: ObjectVersion): Json => ({
  Key: key,
  LastModified: isoTime(version.lastModified),
  ETag: `"${version.etag}"`,
  Size: size(version),
  StorageClass: version.storageClass ?? "STANDARD",
});

/** The condition keys that policies on ListBucket ask for. */
function listContext(input: { Prefix?: string | undefined; Delimiter?: string | undefined }) {
  return {
    "s3:prefix": input.Prefix ?? "",
    ...(input.Delimiter === undefined ? {} : { "s3:delimiter": input.Delimiter }),
  };
}

const common = {
  Bucket: z.string(),
  Prefix: z.string().optional(),
  Delimiter: z.string().optional(),
  MaxKeys: z.coerce.number().int().min(0).max(1000).catch(1000).default(1000),
};

export const listings = {
  ListObjectsV2: operation(
    z.object({ ...common, ContinuationToken: z.string().optional(), StartAfter: z.string().optional() }),
    (call, input) => {
      bucketRecord(call.world, input.Bucket);
      call.allow("s3:ListBucket", bucketArn(input.Bucket), listContext(input));
      const { Prefix = "", Delimiter, MaxKeys, ContinuationToken, StartAfter = "" } = input;
      const after =
        ContinuationToken === undefined
          ? StartAfter
          : Buffer.from(ContinuationToken, "base64").toString("utf8");
      const live = objectsOf(call, input.Bucket, Prefix).flatMap(({ key, versions }) => {
        const newest = versions.at(-1);
        return newest && !newest.deleteMarker ? [{ key, item: contents(key, newest) }] : [];
      });
      const lines = rolledUp(live, Prefix, Delimiter).filter(({ name }) => name > after);
      const shown = lines.slice(0, MaxKeys);
      const { items, prefixes } = split(shown);
      const isTruncated = lines.length > shown.length;
      const last = shown.at(-1)?.name ?? after;
      return present({
        Name: input.Bucket,
        Prefix,
        Delimiter,
        MaxKeys,
        KeyCount: shown.length,
        IsTruncated: isTruncated,
        ContinuationToken,
        NextContinuationToken: isTruncated ? Buffer.from(last).toString("base64") : undefined,
        Contents: items.length > 0 ? items : undefined,
        CommonPrefixes: prefixes.length > 0 ? prefixes : undefined,
      });
    },
  ),
  /** Newest version first within a key. Pages end between keys, so a page may be a little longer than asked. */
  ListObjectVersions: operation(
    z.object({ ...common, KeyMarker: z.string().optional(), VersionIdMarker: z.string().optional() }),
    (call, input) => {
      bucketRecord(call.world, input.Bucket);
      call.allow("s3:ListBucketVersions", bucketArn(input.Bucket), listContext(input));
      const { Prefix = "", Delimiter, MaxKeys, KeyMarker = "" } = input;
      const all = objectsOf(call, input.Bucket, Prefix).map((listed) => ({ key: listed.key, item: listed }));
      const lines = rolledUp(all, Prefix, Delimiter).filter(({ name }) => name > KeyMarker);
      const shown = lines.slice(0, MaxKeys);
      const { items, prefixes } = split(shown);
      const described = items.flatMap(({ key, versions }) =>
        versions
          .toReversed()
          .map((version, index) => ({ marker: version.deleteMarker, key, version, index })),
      );
      const isTruncated = lines.length > shown.length;
      return present({
        Name: input.Bucket,
        Prefix,
        Delimiter,
        KeyMarker,
        MaxKeys,
        IsTruncated: isTruncated,
        NextKeyMarker: isTruncated ? shown.at(-1)?.name : undefined,
        Versions: described
          .filter(({ marker }) => !marker)
          .map(({ key, version, index }) => ({
            ...(contents(key, version) as { [key: string]: Json }),
            VersionId: version.versionId,
            IsLatest: index === 0,
          })),
        DeleteMarkers: described
          .filter(({ marker }) => marker)
          .map(({ key, version, index }) => ({
            Key: key,
            VersionId: version.versionId,
            IsLatest: index === 0,
            LastModified: isoTime(version.lastModified),
          })),
        CommonPrefixes: prefixes.length > 0 ? prefixes : undefined,
      });
    },
  ),
};
