import { describe, expect, it } from "vitest";
import { addressOf } from "../../../lib/twin/aws/http/s3-addressing.ts";

const address = (host: string, path: string) =>
  addressOf({ method: "GET", path, query: new URLSearchParams(), headers: { host }, body: Buffer.alloc(0) });

describe("a bucket's address", () => {
  it.each([
    ["127.0.0.1:4566", "/b/a%20b/%C3%BC", { bucket: "b", key: "a b/ü" }],
    ["127.0.0.1:4566", "/b", { bucket: "b", key: "" }],
    ["localhost:4566", "/", { bucket: "", key: "" }],
    ["b.localhost:4566", "/k", { bucket: "b", key: "k" }],
    ["my.bucket.127.0.0.1:4566", "/k/x", { bucket: "my.bucket", key: "k/x" }],
    ["b.s3.eu-central-1.amazonaws.com", "/k", { bucket: "b", key: "k" }],
    ["b.s3.amazonaws.com", "/", { bucket: "b", key: "" }],
    ["s3.eu-central-1.amazonaws.com", "/b/k", { bucket: "b", key: "k" }],
  ])("is read from http://%s%s", (host, path, expected) => {
    expect(address(host, path)).toEqual(expected);
  });
});
