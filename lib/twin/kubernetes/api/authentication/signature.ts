import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const hmac = (key: Buffer | string, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Percent-encoding as AWS wants it: everything but letters, digits and `-._~`. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Whether a presigned GET carries the signature that this secret key makes.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function isSignedWith(
  secretAccessKey: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
): boolean {
  const query = new URLSearchParams(url.search);
  const value = (name: string): string => query.get(name) ?? "";
  const [, date = "", region = "", service = ""] = value("X-Amz-Credential").split("/");
  const names = value("X-Amz-SignedHeaders").split(";");
  const canonicalQuery = [...query]
    .filter(([key]) => key !== "X-Amz-Signature")
    .map(([key, text]) => `${encoded(key)}=${encoded(text)}`)
    .sort()
    .join("&");
  const canonical = [
    "GET",
    "/",
    canonicalQuery,
    ...names.map((name) => `${name}:${(headers[name] ?? "").trim()}`),
    "",
    names.join(";"),
    sha256(""),
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", value("X-Amz-Date"), scope, sha256(canonical)].join("\n");
  const key = [region, service, "aws4_request"].reduce(
    (derived, part) => hmac(derived, part),
    hmac(`AWS4${secretAccessKey}`, date),
  );
  const [made, given] = [hmac(key, toSign), Buffer.from(value("X-Amz-Signature"), "hex")];
  return made.length === given.length && timingSafeEqual(made, given);
}
