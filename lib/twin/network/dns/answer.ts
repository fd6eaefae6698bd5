/** One resource record, its data as text: an address, a name, the words of a TXT record. */
export type ResourceRecord = { name: string; type: string; ttl: number; data: string };

/** What a DNS server says to a question. */
export type Answer = {
  /** NOERROR, NXDOMAIN, SERVFAIL, REFUSED */
  rcode: string;
  authoritative: boolean;
  answers: ResourceRecord[];
  authorities: ResourceRecord[];
  additionals: ResourceRecord[];
};

export const answer = (parts: Partial<Answer>): Answer => ({
  rcode: "NOERROR",
  authoritative: false,
  answers: [],
  authorities: [],
  additionals: [],
  ...parts,
});

/** The SOA record that a negative answer carries; its last number is how long the answer may be kept. */
export const soa = (
  zone: string,
  server: string,
  contact: string,
  ttl: number,
  negativeTtl: number,
): ResourceRecord => ({
  name: zone,
  type: "SOA",
  ttl,
  data: `${server} ${contact} 1 7200 900 1209600 ${negativeTtl}`,
});
