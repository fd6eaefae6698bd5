import { connect as connectTcp, isIP } from "node:net";
import { connect, type DetailedPeerCertificate, type TLSSocket } from "node:tls";

/** What a TLS server showed in the handshake. Times are ISO 8601. */
export interface Handshake {
  readonly reached: true;
  /** DNS names that the leaf is valid for. */
  readonly names: readonly string[];
  /** Hexadecimal. */
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** Organisation or common name of each issuer, from the leaf upwards. */
  readonly issuers: readonly string[];
  /** Why the chain is not trusted; undefined if it is, times left aside. */
  readonly untrusted: string | undefined;
}
export type Probe = Handshake | { readonly reached: false; readonly problem: string };

export interface Prober {
  tls(host: string, port: number): Promise<Probe>;
  /** Undefined: it answered. Otherwise what went wrong. */
  tcp(host: string, port: number): Promise<string | undefined>;
}

/** A server behind a load balancer answers within a second; ten leave room for a cold one. */
const TIMEOUT_MILLISECONDS = 10_000;

/**
 * Whether a certificate is in its time is for the judge to say, who knows what time it is; and whether its names
 * cover the host too. Everything else that OpenSSL dislikes makes the chain untrusted.
 */
const LEFT_TO_THE_JUDGE: readonly string[] = [
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "ERR_TLS_CERT_ALTNAME_INVALID",
];

export function connectProber(): Prober {
  return {
    tls: (host, port) =>
      new Promise((resolve) => {
        // Not verified here so that a bad certificate can be described; nothing is sent over this connection.
        const servername = isIP(host) ? "" : host;
        const socket = connect({ host, port, servername, rejectUnauthorized: false });
        const finish = (probe: Probe) => {
          resolve(probe);
          socket.destroy();
        };
        socket.setTimeout(TIMEOUT_MILLISECONDS, () => finish(failed("no answer in time")));
        socket.on("error", (error) => finish(failed(describe(error))));
        socket.once("secureConnect", () => finish(read(socket)));
      }),
    tcp: (host, port) =>
      new Promise((resolve) => {
        const socket = connectTcp({ host, port });
        const finish = (problem: string | undefined) => {
          resolve(problem);
          socket.destroy();
        };
        socket.setTimeout(TIMEOUT_MILLISECONDS, () => finish("no answer in time"));
        socket.on("error", (error) => finish(describe(error)));
        socket.once("connect", () => finish(undefined));
      }),
  };
}

const failed = (problem: string): Probe => ({ reached: false, problem });
const describe = (error: NodeJS.ErrnoException): string => error.code ?? error.message;

function read(socket: TLSSocket): Probe {
  const leaf = socket.getPeerCertificate(true);
  if (!leaf?.raw) return failed("the server showed no certificate");
  const problem = socket.authorizationError as Error | string | undefined | null;
  const code = typeof problem === "string" ? problem : (problem as NodeJS.ErrnoException | null)?.code;
  return {
    reached: true,
    names: namesOf(leaf.subjectaltname),
    serial: leaf.serialNumber,
    notBefore: new Date(leaf.valid_from).toISOString(),
    notAfter: new Date(leaf.valid_to).toISOString(),
    issuers: issuersOf(leaf),
    untrusted: code && !LEFT_TO_THE_JUDGE.includes(code) ? code : undefined,
  };
}

/** `DNS:a.example, DNS:b.example, IP Address:10.0.0.1` */
const namesOf = (subjectaltname: string | undefined): string[] =>
  (subjectaltname ?? "")
    .split(", ")
    .filter((name) => name.startsWith("DNS:"))
    .map((name) => name.slice("DNS:".length).toLowerCase());

function issuersOf(leaf: DetailedPeerCertificate): string[] {
  const issuers: string[] = [];
  let certificate: DetailedPeerCertificate | undefined = leaf;
  const seen = new Set<string>();
  while (certificate?.issuer && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256);
    const { O: organisation, CN: commonName } = certificate.issuer;
    issuers.push([organisation, commonName].flat().filter(Boolean).join(" "));
    certificate = certificate.issuerCertificate;
  }
  return issuers;
}
