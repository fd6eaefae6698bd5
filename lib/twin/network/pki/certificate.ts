import { sign } from "node:crypto";
import { bits, context, integer, objectIdentifier, octets, sequence, setOf, time, utf8, yes } from "./der.ts";
import type { KeyPair } from "./key-pair.ts";

export interface DistinguishedName {
  readonly organization?: string;
  readonly commonName: string;
}

export interface CertificateRequest {
  readonly subject: DistinguishedName;
  readonly keys: KeyPair;
  /** Absent: signed by itself. */
  readonly issuer?: { readonly subject: DistinguishedName; readonly keys: KeyPair };
  /** Hexadecimal. */
  readonly serial: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isAuthority?: boolean;
  readonly dnsNames?: readonly string[];
}

const ED25519 = sequence(objectIdentifier("1.3.101.112"));

const attribute = (oid: string, text: string): Buffer => setOf(sequence(objectIdentifier(oid), utf8(text)));

const nameOf = ({ organization, commonName }: DistinguishedName): Buffer =>
  sequence(
    ...(organization ? [attribute("2.5.4.10", organization)] : []),
    ...(commonName ? [attribute("2.5.4.3", commonName)] : []),
  );

const extension = (oid: string, critical: boolean, value: Buffer): Buffer =>
  sequence(objectIdentifier(oid), ...(critical ? [yes()] : []), octets(value));

/** keyCertSign and cRLSign, or digitalSignature. */
const keyUsage = (isAuthority: boolean): Buffer =>
  isAuthority ? bits(Buffer.from([0x06]), 1) : bits(Buffer.from([0x80]), 7);

function extensionsOf(request: CertificateRequest): Buffer[] {
  const { isAuthority = false, dnsNames = [], keys, issuer } = request;
  const extensions = [
    extension("2.5.29.19", true, isAuthority ? sequence(yes()) : sequence()),
    extension("2.5.29.15", true, keyUsage(isAuthority)),
    extension("2.5.29.14", false, octets(keys.identifier)),
  ];
  if (issuer)
    extensions.push(extension("2.5.29.35", false, sequence(context(0, issuer.keys.identifier, false))));
  if (!isAuthority)
    extensions.push(extension("2.5.29.37", false, sequence(objectIdentifier("1.3.6.1.5.5.7.3.1"))));
  if (dnsNames.length > 0) {
    const names = dnsNames.map((name) => context(2, Buffer.from(name, "ascii"), false));
    extensions.push(extension("2.5.29.17", false, sequence(...names)));
  }
  return extensions;
}

/**
 * An X.509 certificate as PEM. By hand and not with an asynchronous library, because a provider answers terraform
 * in one go, and because every byte must follow from the world.
 * @see RFC 5280 §4.1, RFC 8410
 */
export function makeCertificate(request: CertificateRequest): string {
  const { subject, keys, issuer = { subject, keys }, serial, notBefore, notAfter } = request;
  const content = sequence(
    context(0, integer("02")),
    integer(serial),
    ED25519,
    nameOf(issuer.subject),
    sequence(time(notBefore), time(notAfter)),
    nameOf(subject),
    keys.publicDer,
    context(3, sequence(...extensionsOf(request))),
  );
  const signature = sign(null, content, issuer.keys.privateKey);
  const base64 = sequence(content, ED25519, bits(signature)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)?.join("\n")}\n-----END CERTIFICATE-----\n`;
}
