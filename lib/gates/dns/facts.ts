/** Records, or the code of what went wrong. */
export interface AnswerFact {
  readonly records: readonly string[];
  readonly problem?: string;
}
export interface HostFact {
  readonly host: string;
  /** By name server of the zone. */
  readonly published: readonly { readonly server: string; readonly answer: AnswerFact }[];
  /** What the resolver of this network says. */
  readonly resolved: AnswerFact;
}
export interface DnsFacts {
  readonly domain: string;
  readonly nameServers: AnswerFact;
  readonly hosts: readonly HostFact[];
}
