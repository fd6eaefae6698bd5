import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

export interface KeyPair {
  readonly privateKey: KeyObject;
  /** PKCS #8, PEM. */
  readonly privatePem: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicDer: Buffer;
  /** SHA-1 of the key, by which certificates refer to each other. */
  readonly identifier: Buffer;
}

/** PKCS #8 around the 32 bytes of an Ed25519 key. @see RFC 8410 §7 */
const ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * The Ed25519 key that a seed stands for. Ed25519 because its keys come from any 32 bytes and its signatures from
 * nothing but key and message: the same world has the same certificates, to the byte.
 * @param seed 64 hexadecimal digits
 */
export function keyPairOf(seed: string): KeyPair {
  const key = Buffer.concat([ED25519_PREFIX, Buffer.from(seed, "hex")]);
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  const publicDer = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return {
    privateKey,
    privatePem: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    publicDer,
    identifier: createHash("sha1").update(publicDer.subarray(-32)).digest(),
  };
}

/** A seed that depends on the world's seed and a purpose only, for keys that are there from the beginning. */
export const seedFor = (worldSeed: number, purpose: string): string =>
  createHash("sha256").update(`${worldSeed}/${purpose}`).digest("hex");
