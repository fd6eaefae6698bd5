import { createHash } from "node:crypto";
import type { RunRecord } from "../run/records.ts";
import { evidenceOf, evidenceText } from "./record.ts";

export interface Signing {
  /** Signs a sha256 with the environment's key: the signature in DER. */
  readonly sign: (digest: Buffer) => Promise<Buffer>;
  readonly write: (key: string, content: string) => Promise<void>;
}

/** Beside `runs/`, whose objects are forgotten after days. */
export const evidenceKey = (runId: string): string => `evidence/${runId}.json`;

/** Signs what a run did and stores it, its signature beside it under its name with `.sig`. Returns where. */
export async function signEvidence(
  record: RunRecord,
  end: Parameters<typeof evidenceOf>[1],
  { sign, write }: Signing,
): Promise<string> {
  const text = evidenceText(evidenceOf(record, end));
  const signature = await sign(createHash("sha256").update(text).digest());
  const key = evidenceKey(record.runId);
  await write(key, text);
  await write(`${key}.sig`, `${signature.toString("base64")}\n`);
  return key;
}
