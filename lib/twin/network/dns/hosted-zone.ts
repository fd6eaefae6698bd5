import { strikes } from "../../world/faults.ts";
import {
  COLLECTIONS,
  type DnsRecord,
  type LoadBalancerRecord,
  type ZoneRecord,
} from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import { bareName } from "../delegation.ts";
import { type Answer, answer, type ResourceRecord, soa } from "./answer.ts";

/** Route 53's own numbers for the records that come with a zone. */
const NS_TTL = 172_800;
const SOA_TTL = 900;
const ALIAS_TTL = 60;

/** How many CNAMEs a server follows before it gives up. */
const LONGEST_CHAIN = 8;

/** The zone that a name belongs to: the longest; of several with one name that with the servers asked, or the newest. */
export function hostedZoneOf(
  world: World,
  name: string,
  servers?: readonly string[],
): ZoneRecord | undefined {
  const asked = bareName(name);
  const candidates = world
    .collection<ZoneRecord>(COLLECTIONS.zones)
    .values()
    .filter((zone) => asked === bareName(zone.name) || asked.endsWith(`.${bareName(zone.name)}`))
    .filter((zone) => !servers || zone.nameServers.some((server) => servers.includes(bareName(server))));
  return candidates.sort((a, b) => b.name.length - a.name.length || b.createdAt - a.createdAt)[0];
}

/** The records that a zone's servers know by now. */
function visibleRecords(world: World, zone: ZoneRecord): DnsRecord[] {
  const now = world.clock.now();
  return world
    .collection<DnsRecord>(COLLECTIONS.dnsRecords)
    .values()
    .filter((record) => record.zoneId === zone.id && record.insyncAt <= now);
}

/** `*` stands for one or more labels, and only where nothing else has the name. @see RFC 4592 */
function wildcardFor(records: DnsRecord[], name: string): DnsRecord[] {
  const labels = name.split(".");
  for (let start = 1; start < labels.length; start += 1) {
    const wildcard = `*.${labels.slice(start).join(".")}`;
    const found = records.filter((record) => bareName(record.name).replace("\\052", "*") === wildcard);
    if (found.length > 0) return found;
  }
  return [];
}

function recordsAt(world: World, zone: ZoneRecord, name: string): DnsRecord[] {
  const records = visibleRecords(world, zone);
  const exact = records.filter((record) => bareName(record.name) === name);
  const found = exact.length > 0 ? exact : wildcardFor(records, name);
  // Fault `record-not-propagating` { name }: the change never reaches the zone's servers.
  const isHeldBack =
    found.length > 0 &&
    strikes(world, "record-not-propagating", (fault) => bareName(String(fault.name)) === name);
  return isHeldBack ? [] : found;
}

const servers = (zone: ZoneRecord): ResourceRecord[] =>
  zone.nameServers.map((server) => ({
    name: bareName(zone.name),
    type: "NS",
    ttl: NS_TTL,
    data: bareName(server),
  }));

const start = (zone: ZoneRecord): ResourceRecord =>
  soa(
    bareName(zone.name),
    bareName(zone.nameServers[0] ?? "ns-0.awsdns-00.com"),
    "awsdns-hostmaster.amazon.com",
    SOA_TTL,
    86_400,
  );

/** A load balancer's name answers from the moment on at which it is active. */
export function loadBalancerAddresses(world: World, dnsName: string): readonly string[] | undefined {
  const name = bareName(dnsName).replace(/^dualstack\./, "");
  const found = world
    .collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers)
    .values()
    .find((balancer) => bareName(balancer.dnsName) === name);
  return found && found.activeAt <= world.clock.now() ? found.addresses : undefined;
}

/** Fault `record-lives-long` { name, ttl }: resolvers are told to remember the answer for so many seconds. */
function lifetimeOf(world: World, name: string, ttl: number): number {
  const fault = strikes(world, "record-lives-long", (one) => bareName(String(one.name)) === name);
  return fault ? Number(fault.ttl) : ttl;
}

function dataOf(world: World, zone: ZoneRecord, record: DnsRecord, name: string): ResourceRecord[] {
  if (!record.alias)
    return record.values.map((data) => ({
      name,
      type: record.type,
      ttl: lifetimeOf(world, name, record.ttl),
      data: bareUnlessText(record, data),
    }));
  const target = bareName(record.alias.dnsName);
  const addresses =
    loadBalancerAddresses(world, target) ??
    recordsAt(world, zone, target)
      .filter(({ type }) => type === record.type)
      .flatMap(({ values }) => values);
  return record.type === "A"
    ? addresses.map((data) => ({ name, type: "A", ttl: lifetimeOf(world, name, ALIAS_TTL), data }))
    : [];
}

const bareUnlessText = (record: DnsRecord, data: string): string =>
  record.type === "TXT" ? data.replace(/^"|"$/g, "") : bareName(data);

/** What a zone's own servers say; they follow CNAMEs as far as the zone goes. */
export function answerOfZone(
  world: World,
  zone: ZoneRecord,
  question: { name: string; type: string },
): Answer {
  const apex = bareName(zone.name);
  const answers: ResourceRecord[] = [];
  let name = bareName(question.name);
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const isInside = name === apex || name.endsWith(`.${apex}`);
    const part = isInside ? answerAt(world, zone, name, question.type) : answer({ authoritative: true });
    answers.push(...part.answers);
    const last = part.answers.at(-1);
    if (last?.type !== "CNAME" || question.type === "CNAME") return { ...part, answers };
    name = bareName(last.data);
  }
  return answer({ rcode: "SERVFAIL" });
}

/** Of a failover pair the first, as long as what it points to answers, else the second. */
function answering(world: World, records: DnsRecord[]): DnsRecord[] {
  const first = records.find(({ failover }) => failover === "PRIMARY");
  if (!first) return records;
  const isUp =
    !first.alias?.evaluateTargetHealth || loadBalancerAddresses(world, first.alias.dnsName) !== undefined;
  return records.filter(({ failover }) => failover === (isUp ? "PRIMARY" : "SECONDARY"));
}

/** What a zone's servers say about one name, without following it anywhere. */
function answerAt(world: World, zone: ZoneRecord, name: string, type: string): Answer {
  if (name === bareName(zone.name) && (type === "NS" || type === "SOA"))
    return answer({ authoritative: true, answers: type === "NS" ? servers(zone) : [start(zone)] });
  const referral = type === "DS" ? undefined : referralFrom(world, zone, name);
  if (referral) return answer({ authorities: referral });
  const records = recordsAt(world, zone, name);
  const wanted = answering(
    world,
    records.filter((record) => record.type === type),
  );
  const aliases = wanted.length > 0 ? wanted : records.filter((record) => record.type === "CNAME");
  const answers = aliases.flatMap((record) => dataOf(world, zone, record, name));
  return answers.length > 0 ? answer({ authoritative: true, answers }) : nothing(world, zone, name, records);
}

/** The name servers of a zone below this one that the name falls into. */
function referralFrom(world: World, zone: ZoneRecord, name: string): ResourceRecord[] | undefined {
  const apex = bareName(zone.name);
  const labels = name.split(".");
  for (let first = 0; labels.slice(first).join(".") !== apex && first < labels.length; first += 1) {
    const owner = labels.slice(first).join(".");
    const below = recordsAt(world, zone, owner).filter(
      (record) => record.type === "NS" && bareName(record.name) === owner,
    );
    if (below.length > 0) return below.flatMap((record) => dataOf(world, zone, record, owner));
  }
  return undefined;
}

/** The name has other records, or names below it have: no data. Else there is no such name. */
function nothing(world: World, zone: ZoneRecord, name: string, records: DnsRecord[]): Answer {
  const exists =
    records.length > 0 ||
    name === bareName(zone.name) ||
    visibleRecords(world, zone).some((record) => bareName(record.name).endsWith(`.${name}`));
  return answer({
    rcode: exists ? "NOERROR" : "NXDOMAIN",
    authoritative: true,
    authorities: [start(zone)],
  });
}
