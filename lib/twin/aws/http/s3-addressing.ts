import { type HttpRequest, header } from "./message.ts";

export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

const IS_IP = /^(\d{1,3}\.){3}\d{1,3}$|^\[/;

/** The bucket that a host name begins with: `<bucket>.s3.<region>.amazonaws.com`, `<bucket>.127.0.0.1`, `<bucket>.localhost`. */
function bucketInHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, "");
  if (IS_IP.test(name)) return undefined;
  const match =
    /^(.+)\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com$/.exec(name) ??
    /^(.+)\.(?:127\.0\.0\.1|localhost)$/.exec(name);
  return match?.[1];
}

/** Bucket and key of a request in either style; "" for what is not named. */
export function addressOf(request: HttpRequest): S3Address {
  const path = request.path.slice(1);
  const virtual = bucketInHost(header(request, "host") ?? "");
  if (virtual !== undefined) return { bucket: virtual, key: decodeURIComponent(path) };
  const slash = path.indexOf("/");
  if (slash < 0) return { bucket: decodeURIComponent(path), key: "" };
  return { bucket: decodeURIComponent(path.slice(0, slash)), key: decodeURIComponent(path.slice(slash + 1)) };
}
