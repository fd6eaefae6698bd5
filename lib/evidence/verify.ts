import { createPublicKey, verify } from "node:crypto";
import { describeIssues } from "../run/parse-input.ts";
import { type Evidence, EvidenceSchema, evidenceText, FIRST, hashOf } from "./record.ts";

export interface Verified {
  /** Undefined where the file is no evidence at all. */
  readonly evidence?: Evidence;
  /** What does not hold, each with where; none: the evidence is as it was signed. */
  readonly problems: readonly string[];
}

/**
 * Is the evidence what was signed with the key? Asks nobody: neither AWS nor a network.
 * @param publicKey PEM, as `aws kms get-public-key` has it
 * @param signature base64 of the DER signature
 */
export function verifyEvidence(text: string, signature: string, publicKey: string): Verified {
  const signed = isSigned(text, signature, publicKey);
  const parsed = EvidenceSchema.safeParse(parseJson(text));
  if (!parsed.success)
    return { problems: [`the file is no evidence of a run: ${describeIssues(parsed.error)}`, ...signed] };
  const evidence = parsed.data;
  const problems = [...brokenLinks(evidence), ...signed];
  if (signed.length > 0 && evidenceText(evidence) !== text)
    problems.push(
      "its text is not canonical JSON: somebody has formatted it, or written it anew; take the object as it was stored",
    );
  return { evidence, problems };
}

function brokenLinks({ steps }: Evidence): string[] {
  return steps.flatMap(({ step, previous }, index) => {
    const before = steps[index - 1];
    const expected = before ? hashOf(before) : FIRST;
    if (previous === expected) return [];
    const where = before ? `the step before it (${index}, "${before.step}")` : "nothing";
    return [
      `step ${index + 1} ("${step}") follows ${previous.slice(0, 12)}…, but ${where} is ${expected.slice(0, 12)}…: one of the two was changed, left out or put in`,
    ];
  });
}

function isSigned(text: string, signature: string, publicKey: string): string[] {
  const key = readKey(publicKey);
  if (typeof key === "string") return [key];
  if (key.asymmetricKeyType !== "ec")
    return [`the key is of type ${key.asymmetricKeyType}; evidence is signed with ECDSA on P-256`];
  if (verify("sha256", Buffer.from(text), key, Buffer.from(signature.trim(), "base64"))) return [];
  return [
    "the signature is not this key's of this file: the file, the signature or the key is another than at the run's end",
  ];
}

function readKey(pem: string): ReturnType<typeof createPublicKey> | string {
  try {
    return createPublicKey(pem);
  } catch (error) {
    return `the public key cannot be read (${(error as Error).message}); it is a PEM file that begins with BEGIN PUBLIC KEY`;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
