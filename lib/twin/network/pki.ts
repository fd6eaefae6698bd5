import type { World } from "../world/world.ts";
import type { CertificateAuthorities, IssuedCertificate } from "./contract.ts";
import { type DistinguishedName, makeCertificate } from "./pki/certificate.ts";
import { type KeyPair, keyPairOf, seedFor } from "./pki/key-pair.ts";

/** TLS libraries look at the real clock, so what is there from the beginning is valid for any plausible one. */
export const INFRASTRUCTURE_VALIDITY = {
  notBefore: Date.UTC(2020, 0, 1),
  notAfter: Date.UTC(2060, 0, 1),
} as const;

type AuthorityName = "public" | "staging" | "amazon";

/** Named like Let's Encrypt's own, whose staging certificates say so everywhere, and Amazon's. */
const NAMES: Readonly<Record<AuthorityName, { root: DistinguishedName; intermediate: DistinguishedName }>> = {
  public: {
    root: { organization: "Internet Security Research Group", commonName: "ISRG Root X1" },
    intermediate: { organization: "Let's Encrypt", commonName: "R13" },
  },
  staging: {
    root: {
      organization: "(STAGING) Internet Security Research Group",
      commonName: "(STAGING) Pretend Pear X1",
    },
    intermediate: { organization: "(STAGING) Let's Encrypt", commonName: "(STAGING) Riddling Rhubarb R12" },
  },
  amazon: {
    root: { organization: "Amazon", commonName: "Amazon Root CA 1" },
    intermediate: { organization: "Amazon", commonName: "Amazon RSA 2048 M04" },
  },
};

interface Authority {
  readonly subject: DistinguishedName;
  readonly keys: KeyPair;
  readonly certificate: string;
}

/** The public certificate authorities of the world, each with a root and an intermediate. */
export class WorldAuthorities implements CertificateAuthorities {
  readonly #world: World;
  readonly #chains: Record<"public" | "staging", Chain>;

  constructor(world: World) {
    this.#world = world;
    this.#chains = { public: chainOf(world, "public"), staging: chainOf(world, "staging") };
  }

  get publicRoot(): string {
    return this.#chains.public.root.certificate;
  }

  async issue(request: {
    authority: "public" | "staging";
    dnsNames: readonly string[];
    notBefore: number;
    notAfter: number;
  }): Promise<IssuedCertificate> {
    const { intermediate } = this.#chains[request.authority];
    const draws = this.#world.drawsOf(`${request.authority}/${request.dnsNames.join()}`);
    const keys = keyPairOf(draws.hex(64));
    // Not more than 20 bytes, the first one small: a positive number. @see RFC 5280 §4.1.2.2
    const serial = `03${draws.hex(34)}`;
    const certificate = makeCertificate({
      subject: { commonName: request.dnsNames[0] ?? "" },
      keys,
      issuer: intermediate,
      serial,
      notBefore: request.notBefore,
      notAfter: request.notAfter,
      dnsNames: request.dnsNames,
    });
    return { chain: certificate + intermediate.certificate, privateKey: keys.privatePem, serial };
  }
}

interface Chain {
  readonly root: Authority;
  readonly intermediate: Authority;
}

/** A public authority's root and intermediate, which follow from the world's seed. */
export function chainOf(world: World, name: AuthorityName): Chain {
  const names = NAMES[name];
  const rootKeys = keyPairOf(seedFor(world.seed, `authority/${name}/root`));
  const keys = keyPairOf(seedFor(world.seed, `authority/${name}/intermediate`));
  const common = { ...INFRASTRUCTURE_VALIDITY, isAuthority: true };
  const root = makeCertificate({ ...common, subject: names.root, keys: rootKeys, serial: "01" });
  const intermediate = makeCertificate({
    ...common,
    subject: names.intermediate,
    keys,
    issuer: { subject: names.root, keys: rootKeys },
    serial: "02",
  });
  return {
    root: { subject: names.root, keys: rootKeys, certificate: root },
    intermediate: { subject: names.intermediate, keys, certificate: intermediate },
  };
}
