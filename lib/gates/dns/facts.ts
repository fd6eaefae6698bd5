import type { EdgeAddress } from "../load-balancer/facts.ts";
import type { Reading } from "../reading.ts";

/** Records, or the code of what went wrong. */
export interface AnswerFact {
  readonly records: readonly string[];
  readonly ttlSeconds?: number;
  readonly problem?: string;
}
export interface HostFact {
  readonly host: string;
  /** By name server of the zone, each asked itself: IPv4 and IPv6 addresses. */
  readonly published: readonly { readonly server: string; readonly answer: AnswerFact }[];
}
export interface DnsFacts {
  readonly domain: string;
  /** As Route 53 has them; undefined if it has no public zone of that name. */
  readonly nameServers: readonly string[] | undefined;
  readonly hosts: readonly HostFact[];
  /** Where the edge is, as the cluster says. */
  readonly edge: Reading<readonly EdgeAddress[]>;
  /** What the names of the edge's load balancers resolve to now. */
  readonly edgeAddresses: AnswerFact;
}
