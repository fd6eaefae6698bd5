import * as z from "zod";
import { connectJsonService, type JsonServiceProps } from "./json-service.ts";

const AnswerSchema = z.looseObject({ Signature: z.string() });

/**
 * Signs a sha256 with an asymmetric key of KMS, ECDSA on P-256; the signature in DER.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
export function connectSigner(
  props: Pick<JsonServiceProps, "credentials" | "region" | "endpoint"> & { readonly keyArn: string },
): (digest: Buffer) => Promise<Buffer> {
  const ask = connectJsonService({ ...props, service: "kms", target: "TrentService" });
  return async (digest) => {
    const answer = await ask("Sign", {
      KeyId: props.keyArn,
      Message: digest.toString("base64"),
      MessageType: "DIGEST",
      SigningAlgorithm: "ECDSA_SHA_256",
    });
    return Buffer.from(AnswerSchema.parse(answer).Signature, "base64");
  };
}
