import { generateKeyPairSync, sign } from "node:crypto";

/** DER, as far as a self-signed certificate needs it. */
const tagged = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const length =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts: readonly Uint8Array[]) => tagged(0x30, ...parts);
const hex = (text: string) => Buffer.from(text, "hex");
const time = (at: Date) =>
  tagged(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));
const extension = (id: string, value: Uint8Array) => sequence(hex(id), tagged(0x04, value));

const COMMON_NAME = hex("0603550403");
const ECDSA_WITH_SHA256 = sequence(hex("06082a8648ce3d040302"));
const BASIC_CONSTRAINTS = "0603551d13";
const SUBJECT_ALTERNATIVE_NAME = "0603551d11";

const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${der.toString("base64").replace(/(.{64})/g, "$1\n")}\n-----END ${label}-----\n`;

/** A certificate for one name that is its own authority (RFC 5280), with its key. */
export function selfSigned(
  dnsName: string,
  notBefore: Date,
  notAfter: Date,
): { certificate: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(dnsName)))));
  const extensions = sequence(
    extension(BASIC_CONSTRAINTS, sequence(hex("0101ff"))),
    extension(SUBJECT_ALTERNATIVE_NAME, sequence(tagged(0x82, Buffer.from(dnsName)))),
  );
  const content = sequence(
    tagged(0xa0, hex("020102")),
    hex("020101"),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, extensions),
  );
  const signature = sign("sha256", content, privateKey);
  return {
    certificate: pem("CERTIFICATE", sequence(content, ECDSA_WITH_SHA256, tagged(0x03, hex("00"), signature))),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
