import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { z } from "zod";
import { COLLECTIONS } from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import { AWS_COLLECTIONS, type KeyRecord } from "../collections.ts";
import { AwsError } from "../contract.ts";
import { type Call, type ConditionContext, operation } from "../service.ts";
import { signatureOf } from "./kms-signing.ts";

const encryptionContext = z.record(z.string(), z.string()).optional();

/** Finds a key by id, ARN, alias name or alias ARN. */
export function findKey(world: World, reference: string): KeyRecord {
  const aliased = reference.slice(reference.indexOf("alias/"));
  const target = reference.includes("alias/")
    ? world.collection<{ keyId: string }>(AWS_COLLECTIONS.aliases).get(aliased)?.keyId
    : reference.slice(reference.lastIndexOf("/") + 1);
  const key = target === undefined ? undefined : world.collection<KeyRecord>(COLLECTIONS.kmsKeys).get(target);
  if (!key) throw new AwsError("NotFoundException", `Key '${reference}' does not exist`);
  return key;
}

/** @throws DisabledException or AccessDenied. `via` is the service that asks on the caller's behalf. */
export function useKey(call: Call, reference: string, action: string, via?: string): KeyRecord {
  const key = findKey(call.world, reference);
  const viaService = via === undefined ? {} : { "kms:ViaService": `${via}.${call.region}.amazonaws.com` };
  call.allow(action, key.arn, { ...viaService, "kms:CallerAccount": call.accountId });
  if (key.enabled === false) throw new AwsError("DisabledException", `${key.arn} is disabled.`);
  return key;
}

/** Key material by key id: ciphertexts of a saved world can be read after it was loaded. */
const material = (key: KeyRecord): Buffer => createHash("sha256").update(`material of ${key.id}`).digest();
const additional = (context: Record<string, string> = {}): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort()));

/** Blob: key id (36 bytes), nonce (12), tag (16), ciphertext. The nonce is drawn from the world. */
function encrypt(world: World, key: KeyRecord, text: Buffer, context?: Record<string, string>): string {
  const nonce = Buffer.from(world.hex(24), "hex");
  const cipher = createCipheriv("aes-256-gcm", material(key), nonce).setAAD(additional(context));
  const body = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([Buffer.from(key.id.padEnd(36)), nonce, cipher.getAuthTag(), body]).toString("base64");
}

function decrypt(key: KeyRecord, blob: Buffer, context?: Record<string, string>): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", material(key), blob.subarray(36, 48))
    .setAAD(additional(context))
    .setAuthTag(blob.subarray(48, 64));
  try {
    return Buffer.concat([decipher.update(blob.subarray(64)), decipher.final()]);
  } catch {
    throw new AwsError("InvalidCiphertextException", "");
  }
}

const stateOf = ({ enabled, pendingDeletion }: KeyRecord): string => {
  if (pendingDeletion === true) return "PendingDeletion";
  return enabled === false ? "Disabled" : "Enabled";
};

/** A layer's key, by its tags. */
function tagsOf(world: World, { id }: KeyRecord): ConditionContext {
  const resources = world.collection<{ attributes: { tags_all?: Record<string, string> } }>(
    COLLECTIONS.resources,
  );
  const tags = resources.get(`aws_kms_key/${id}`)?.attributes.tags_all ?? {};
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:ResourceTag/${name}`, value]));
}

export const kms = {
  DescribeKey: operation(z.object({ KeyId: z.string() }), ({ world, allow, accountId }, { KeyId }) => {
    const key = findKey(world, KeyId);
    allow("kms:DescribeKey", key.arn, tagsOf(world, key));
    return {
      KeyMetadata: {
        AWSAccountId: accountId,
        KeyId: key.id,
        Arn: key.arn,
        Description: key.description ?? "",
        Enabled: key.enabled !== false,
        KeyState: stateOf(key),
        KeyUsage: key.usage ?? "ENCRYPT_DECRYPT",
        KeySpec: key.spec ?? "SYMMETRIC_DEFAULT",
        KeyManager: "CUSTOMER",
        Origin: "AWS_KMS",
      },
    };
  }),
  GenerateDataKey: operation(
    z.object({
      KeyId: z.string(),
      KeySpec: z.enum(["AES_256", "AES_128"]).optional(),
      NumberOfBytes: z.number().optional(),
      EncryptionContext: encryptionContext,
    }),
    (call, { KeyId, KeySpec, NumberOfBytes, EncryptionContext }) => {
      const key = useKey(call, KeyId, "kms:GenerateDataKey");
      const bytes = NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32);
      const plain = Buffer.from(call.world.hex(bytes * 2), "hex");
      return {
        KeyId: key.arn,
        Plaintext: plain.toString("base64"),
        CiphertextBlob: encrypt(call.world, key, plain, EncryptionContext),
      };
    },
  ),
  Sign: operation(
    z.object({
      KeyId: z.string(),
      Message: z.string(),
      MessageType: z.literal("DIGEST"),
      SigningAlgorithm: z.literal("ECDSA_SHA_256"),
    }),
    (call, { KeyId, Message, SigningAlgorithm }) => {
      const key = useKey(call, KeyId, "kms:Sign");
      const digest = Buffer.from(Message, "base64");
      if (key.usage !== "SIGN_VERIFY" || key.spec !== "ECC_NIST_P256")
        throw new AwsError("InvalidKeyUsageException", `${key.arn} does not sign with ${SigningAlgorithm}`);
      if (digest.length !== 32)
        throw new AwsError("ValidationException", "Digest is invalid length for algorithm ECDSA_SHA_256.");
      return { KeyId: key.arn, SigningAlgorithm, Signature: signatureOf(key, digest).toString("base64") };
    },
  ),
  Encrypt: operation(
    z.object({ KeyId: z.string(), Plaintext: z.string(), EncryptionContext: encryptionContext }),
    (call, { KeyId, Plaintext, EncryptionContext }) => {
      const key = useKey(call, KeyId, "kms:Encrypt");
      const text = Buffer.from(Plaintext, "base64");
      // 4,096 bytes: KMS API reference, Encrypt.
      if (text.length > 4096)
        throw new AwsError("ValidationException", "Plaintext is longer than 4096 bytes");
      return { KeyId: key.arn, CiphertextBlob: encrypt(call.world, key, text, EncryptionContext) };
    },
  ),
  Decrypt: operation(
    z.object({
      CiphertextBlob: z.string(),
      KeyId: z.string().optional(),
      EncryptionContext: encryptionContext,
    }),
    (call, { CiphertextBlob, EncryptionContext }) => {
      const blob = Buffer.from(CiphertextBlob, "base64");
      if (blob.length < 64) throw new AwsError("InvalidCiphertextException", "");
      const key = useKey(call, blob.subarray(0, 36).toString().trim(), "kms:Decrypt");
      return {
        KeyId: key.arn,
        Plaintext: decrypt(key, blob, EncryptionContext).toString("base64"),
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    },
  ),
};
