import type { AnswerFact } from "../dns/facts.ts";

export interface DelegationFacts {
  readonly domain: string;
  /** As Route 53 has them; undefined if it has no public zone of that name. */
  readonly zoneNameServers: readonly string[] | undefined;
  /** As a resolver finds them, coming from the zone above. */
  readonly delegated: AnswerFact;
}
