import { expect, it } from "vitest";
import { mintToken } from "../../../lib/clients/kubernetes/token.ts";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "secret-key",
  sessionToken: "session/token+=",
};
const mint = (region = "eu-west-1") =>
  mintToken({ cluster: "demo", region, credentials, now: new Date("2026-03-01T10:00:00Z") });
const decode = (token: string) =>
  new URL(Buffer.from(token.slice("k8s-aws-v1.".length), "base64url").toString("utf8"));

/** What aws-iam-authenticator's server accepts in the query, and nothing else. */
const ALLOWED = [
  "action",
  "version",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
];

it("is a presigned GetCallerIdentity of the regional STS", async () => {
  const token = await mint();
  const url = decode(token);
  expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
  expect(token.length).toBeLessThanOrEqual(4096);
  expect(url.protocol).toBe("https:");
  expect(url.hostname).toBe("sts.eu-west-1.amazonaws.com");
  expect(url.pathname).toBe("/");
  expect(url.searchParams.get("Action")).toBe("GetCallerIdentity");
  expect(url.searchParams.get("Version")).toBe("2011-06-15");
});

it("has exactly the query members that the server allows, each once", async () => {
  const names = [...decode(await mint()).searchParams.keys()].map((name) => name.toLowerCase());
  expect(names.sort()).toEqual(ALLOWED);
});

it("is bound to the cluster, dated by the caller and short-lived", async () => {
  const { searchParams } = decode(await mint());
  expect(searchParams.get("X-Amz-SignedHeaders")).toBe("host;x-k8s-aws-id");
  expect(searchParams.get("X-Amz-Date")).toBe("20260301T100000Z");
  expect(searchParams.get("X-Amz-Expires")).toBe("60");
  expect(searchParams.get("X-Amz-Security-Token")).toBe("session/token+=");
  expect(searchParams.get("X-Amz-Credential")).toBe("AKIDEXAMPLE/20260301/eu-west-1/sts/aws4_request");
});

it("differs for another cluster, because the signature covers its name", async () => {
  const other = await mintToken({
    cluster: "prod",
    region: "eu-west-1",
    credentials,
    now: new Date("2026-03-01T10:00:00Z"),
  });
  const signature = (token: string) => decode(token).searchParams.get("X-Amz-Signature");
  expect(signature(other)).not.toBe(signature(await mint()));
});

it("never contains the secret key", async () => {
  expect(decode(await mint()).href).not.toContain("secret-key");
});

it("asks China's STS in China", async () => {
  expect(decode(await mint("cn-north-1")).hostname).toBe("sts.cn-north-1.amazonaws.com.cn");
});
