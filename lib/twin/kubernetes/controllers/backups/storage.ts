import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { addVersion, bucketRecord, current } from "../../../aws/services/s3/store.ts";
import { COLLECTIONS, type ObjectVersion } from "../../../world/records.ts";
import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { textAt } from "../engine/fields.ts";
import { authorize } from "./server.ts";

/** Classes from which an object must be restored before it can be read; Glacier Instant Retrieval is none. */
const ARCHIVED: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

/** A backup storage location's bucket, as Velero's own role reaches it. */
export class BackupStorage {
  readonly #context: ReconcileContext;
  readonly #bucket: string;
  readonly #keyArn: string;

  constructor(location: ApiObject, context: ReconcileContext) {
    this.#context = context;
    this.#bucket = textAt(location, "spec", "objectStorage", "bucket");
    this.#keyArn = textAt(location, "spec", "config", "kmsKeyId");
  }

  get bucket(): string {
    return this.#bucket;
  }

  /** @throws AwsError */
  put(key: string, body: Buffer, contentType = "application/x-gzip"): void {
    const { world } = this.#context;
    this.#may("s3:PutObject", key);
    if (this.#keyArn !== "") authorize(this.#context, "kms:GenerateDataKey", this.#keyArn);
    addVersion(world, bucketRecord(world, this.#bucket), key, {
      body: body.toString("base64"),
      etag: createHash("md5").update(body).digest("hex"),
      contentType,
      metadata: {},
      ...(this.#keyArn === "" ? {} : { kmsKeyArn: this.#keyArn }),
    });
  }

  putJson(key: string, value: unknown): void {
    this.put(key, gzipSync(JSON.stringify(value)));
  }

  /** @throws AwsError, with S3's own words for what is not there or in an archive */
  get(key: string): Buffer {
    this.#may("s3:GetObject", key);
    const object = current(this.#context.world, this.#bucket, key);
    if (!object)
      throw new Error(
        `operation error S3: GetObject, https response error StatusCode: 404, NoSuchKey: ${key}`,
      );
    if (isArchived(object))
      throw new Error(
        `operation error S3: GetObject, https response error StatusCode: 403, InvalidObjectState: The operation is not valid for the object's storage class: ${key}`,
      );
    // A location of somebody else's backups names no key: the object has one all the same.
    const keyArn = this.#keyArn || object.kmsKeyArn;
    if (keyArn) authorize(this.#context, "kms:Decrypt", keyArn);
    return Buffer.from(object.body, "base64");
  }

  getJson(key: string): Json {
    return JSON.parse(gunzipSync(this.get(key)).toString("utf8")) as Json;
  }

  has(key: string): boolean {
    return current(this.#context.world, this.#bucket, key) !== undefined;
  }

  /** Keys below a prefix of what is there now. */
  keys(prefix: string): string[] {
    const start = `${this.#bucket}/`;
    return this.#context.world
      .collection<ObjectVersion[]>(COLLECTIONS.objects)
      .keys()
      .filter((name) => name.startsWith(`${start}${prefix}`))
      .map((name) => name.slice(start.length))
      .filter((key) => this.has(key));
  }

  /** Everything below a prefix: a delete marker each, as the bucket keeps versions. */
  deleteAll(prefix: string): void {
    const { world } = this.#context;
    for (const key of this.keys(prefix)) {
      this.#may("s3:DeleteObject", key);
      addVersion(world, bucketRecord(world, this.#bucket), key, {
        body: "",
        etag: "",
        contentType: "",
        metadata: {},
        deleteMarker: true,
      });
    }
  }

  #may(action: string, key: string): void {
    authorize(this.#context, action, `arn:aws:s3:::${this.#bucket}/${key}`);
  }
}

export const isArchived = ({ storageClass = "STANDARD" }: ObjectVersion): boolean =>
  ARCHIVED.has(storageClass);
