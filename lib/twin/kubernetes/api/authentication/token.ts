import type { Aws, Principal } from "../../../aws/contract.ts";
import { isSignedWith } from "./signature.ts";

const PREFIX = "k8s-aws-v1.";
/** Longer ones are refused unread. */
const LONGEST_TOKEN = 4_096;
/** A token counts from its signature on for this long, whatever X-Amz-Expires says. */
const VALID_MILLISECONDS = 15 * 60_000;
/** The authenticator's own bound for X-Amz-Expires. */
const LONGEST_EXPIRES_SECONDS = 900;

const CLUSTER_HEADER = "x-k8s-aws-id";

const ALLOWED_KEYS = new Set([
  "action",
  "version",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
]);

/**
 * Who made this token, a presigned GetCallerIdentity call, for this cluster; undefined: 401.
 * The rules are those of aws-iam-authenticator's `tokenVerifier.Verify`, and the call that it would then make to STS.
 */
export function callerOf(aws: Aws, clusterName: string, token: string, now: number): Principal | undefined {
  if (!token.startsWith(PREFIX) || token.length > LONGEST_TOKEN) return undefined;
  const url = urlIn(token.slice(PREFIX.length));
  if (!url || !hasAllowedForm(url) || !isCurrent(url.searchParams, now)) return undefined;
  const [accessKeyId = ""] = (url.searchParams.get("X-Amz-Credential") ?? "").split("/");
  const principal = aws.whoIs(accessKeyId);
  if (!principal) return undefined;
  const credentials = aws.credentials(principal.roleArn, principal.sessionName);
  if ((url.searchParams.get("X-Amz-Security-Token") ?? "") !== credentials.sessionToken) return undefined;
  // The authenticator calls with its own cluster's name: a token that was signed for another one fails.
  const headers = { host: url.host, [CLUSTER_HEADER]: clusterName };
  return isSignedWith(credentials.secretAccessKey, url, headers) ? principal : undefined;
}

function urlIn(base64url: string): URL | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(base64url)) return undefined;
  try {
    return new URL(Buffer.from(base64url, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

function hasAllowedForm(url: URL): boolean {
  const keys = [...url.searchParams.keys()].map((key) => key.toLowerCase());
  const expires = url.searchParams.get("X-Amz-Expires") ?? "";
  const signed = (url.searchParams.get("X-Amz-SignedHeaders") ?? "").split(";");
  return (
    url.protocol === "https:" &&
    /^sts(\.[a-z0-9-]+)?\.amazonaws\.com$/.test(url.host) &&
    url.pathname === "/" &&
    keys.every((key) => ALLOWED_KEYS.has(key)) &&
    new Set(keys).size === keys.length &&
    url.searchParams.get("Action") === "GetCallerIdentity" &&
    /^\d+$/.test(expires) &&
    Number(expires) <= LONGEST_EXPIRES_SECONDS &&
    signed.includes(CLUSTER_HEADER)
  );
}

function isCurrent(query: URLSearchParams, now: number): boolean {
  const digits = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "");
  if (!digits) return false;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = digits.slice(1).map(Number);
  const signedAt = Date.UTC(year, month - 1, day, hour, minute, second);
  // A clock may be a minute ahead, as STS allows some skew.
  return now < signedAt + VALID_MILLISECONDS && signedAt <= now + 60_000;
}
