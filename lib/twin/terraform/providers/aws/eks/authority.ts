import type { Mint } from "../identifiers.ts";

/**
 * The certificate authority of a new cluster, base64 of its PEM. Its text only has the right shape: whoever
 * opens the cluster's TLS port replaces it in the world's record with the one that it signs with.
 */
export function clusterAuthority(mint: Mint): string {
  const body = Buffer.from(mint.hex(128, "authority") + mint.hex(128, "authority 2")).toString("base64");
  const lines = body.match(/.{1,64}/g) ?? [];
  return Buffer.from(
    ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"),
  ).toString("base64");
}
