/**
 * The network as a function inside it sees it: virtual names and addresses, and the sockets on this machine
 * that stand for them. The Lambda runner installs a snapshot in its worker before each invocation; whatever
 * is not in it cannot be reached.
 */
export interface NetworkSnapshot {
  /** Names that need no DNS question (AWS endpoints), name → virtual addresses. */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  /** `<virtual address>:<port>` → socket on this machine. */
  readonly tcp: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  /** UDP port on this machine of the DNS server that stands for a virtual one; "default" is the VPC's resolver. */
  readonly dns: Readonly<Record<string, number>>;
  /** PEM roots that clients in this world trust beside Node's own. */
  readonly trustedRoots: readonly string[];
}

export interface Network {
  snapshot(): NetworkSnapshot;
  close(): Promise<void>;
}

/** A certificate authority of the world. Times are virtual milliseconds. */
export interface IssuedCertificate {
  /** PEM, leaf first, then intermediates. */
  readonly chain: string;
  readonly privateKey: string;
  /** Hexadecimal. */
  readonly serial: string;
}
export interface CertificateAuthorities {
  /** `public` is trusted by clients; `staging` is not, as Let's Encrypt's staging is not. */
  issue(request: {
    authority: "public" | "staging";
    dnsNames: readonly string[];
    notBefore: number;
    notAfter: number;
  }): Promise<IssuedCertificate>;
  readonly publicRoot: string;
}
