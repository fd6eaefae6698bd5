import { createHash } from "node:crypto";
import type { Credentials, Principal } from "../contract.ts";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Session keys by role and session name: the same ones in every run of the same world. */
export class Sessions {
  readonly #principals = new Map<string, Principal>();

  credentials(roleArn: string, sessionName: string): Credentials {
    const digest = createHash("sha256").update(`${roleArn}\n${sessionName}`).digest();
    // ASIA marks temporary keys; 20 characters in all (IAM user guide, "unique identifiers").
    const accessKeyId = `ASIA${[...digest.subarray(0, 16)].map((byte) => BASE32[byte % 32]).join("")}`;
    const secretAccessKey = createHash("sha256")
      .update(digest)
      .update("secret")
      .digest("base64")
      .slice(0, 40);
    const sessionToken = createHash("sha512").update(digest).update("token").digest("base64");
    this.#principals.set(accessKeyId, { roleArn, sessionName });
    return { accessKeyId, secretAccessKey, sessionToken };
  }

  whoIs(accessKeyId: string): Principal | undefined {
    return this.#principals.get(accessKeyId);
  }
}
