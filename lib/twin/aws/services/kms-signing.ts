/** ECDSA on P-256 with a key that follows from the key's id, and a signature that follows from key and digest. */
import { createECDH, createHash, createHmac, createPublicKey, type KeyObject } from "node:crypto";
import type { KeyRecord } from "../collections.ts";

/** Order of the group. @see FIPS 186-5, SP 800-186 §3.2.1.3 */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** SubjectPublicKeyInfo of an uncompressed point on P-256. @see RFC 5480 §2 */
const SPKI_PREFIX = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");

const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex")}`);
const bytesOf = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(64, "0"), "hex");
/** From 1 to ORDER - 1. */
const scalarOf = (bytes: Buffer): bigint => (numberOf(bytes) % (ORDER - 1n)) + 1n;
const secretOf = ({ id }: KeyRecord): bigint =>
  scalarOf(createHash("sha256").update(`signing key of ${id}`).digest());

function pointOf(scalar: bigint): Buffer {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(bytesOf(scalar));
  return curve.getPublicKey();
}

export const publicKeyOf = (key: KeyRecord): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, pointOf(secretOf(key))]), format: "der", type: "spki" });

/**
 * The one-time number comes from key and digest instead of chance, as in RFC 6979: a world signs the same twice.
 * @returns DER
 */
export function signatureOf(key: KeyRecord, digest: Buffer): Buffer {
  const secret = secretOf(key);
  const once = scalarOf(createHmac("sha256", bytesOf(secret)).update(digest).digest());
  const r = numberOf(pointOf(once).subarray(1, 33)) % ORDER;
  const s = (inverse(once) * ((numberOf(digest) + r * secret) % ORDER)) % ORDER;
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** By Fermat, since the order is a prime. */
function inverse(number: bigint): bigint {
  let [result, base] = [1n, number];
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return result;
}

/** An INTEGER of DER: as short as it goes, and never negative. */
function integer(number: bigint): Buffer {
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  const positive = (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
}
