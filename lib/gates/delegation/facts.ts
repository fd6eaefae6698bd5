/** What one server of the zone above says of this zone. */
export interface ReferralFact {
  readonly server: string;
  /** Those that it refers to; sorted. */
  readonly nameServers: readonly string[];
  /** How long the world may remember the referral. */
  readonly ttlSeconds: number | undefined;
  readonly problem: string | undefined;
}

/** What one of the zone's own servers says when asked for the zone. */
export interface ServerFact {
  readonly server: string;
  /** Undefined: it answers for the zone, and not from memory. */
  readonly problem: string | undefined;
}

/** What one resolver of the world says of one host. */
export interface ResolutionFact {
  readonly host: string;
  readonly resolver: string;
  readonly addresses: readonly string[];
  readonly ttlSeconds: number | undefined;
  /** NXDOMAIN, SERVFAIL …: it answered, but not this. */
  readonly rcode: string | undefined;
  /** It did not answer at all. */
  readonly silent: string | undefined;
}

export interface DelegationFacts {
  readonly domain: string;
  /** As Route 53 has them; undefined if it has no public zone of that name. */
  readonly zoneNameServers: readonly string[] | undefined;
  readonly servers: readonly ServerFact[];
  /** The zone above; undefined if none was found. */
  readonly parent: string | undefined;
  readonly referrals: readonly ReferralFact[];
  /** What the zone's own servers say of the hosts; empty until the zone above refers to this one. */
  readonly published: Readonly<Record<string, readonly string[]>>;
  /** Of the published ones only: who asks earlier makes resolvers remember that there is nothing. */
  readonly resolutions: readonly ResolutionFact[];
}
