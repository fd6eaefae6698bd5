import type { World } from "../../world/world.ts";
import { bareName, delegationFor } from "../delegation.ts";
import { type Answer, answer, type ResourceRecord } from "./answer.ts";
import { answerOfZone, hostedZoneOf } from "./hosted-zone.ts";
import { answerForInfrastructure } from "./infrastructure-names.ts";
import { answerOfRegistry } from "./registry.ts";

/** Key: `<resolver>/<name>/<type>`. In the world, because what a resolver still believes is part of it. */
const CACHE = "network.resolver-cache";
type Kept = { expiresAt: number; answer: Answer };

/** A resolver keeps nothing longer than this, and a negative answer not longer than the other. @see RFC 2308 §5 */
const LONGEST_SECONDS = 86_400;
const LONGEST_NEGATIVE_SECONDS = 10_800;

const LONGEST_CHAIN = 8;

type Question = { name: string; type: string };

/** A resolver asks from the parent zone downwards and keeps what it learns for as long as it may; each for itself. */
export function resolve(world: World, question: Question, resolver: string): Answer {
  const name = bareName(question.name);
  const cache = world.collection<Kept>(CACHE);
  const key = `${resolver}/${name}/${question.type}`;
  const now = world.clock.now();
  const kept = cache.get(key);
  if (kept && kept.expiresAt > now) return aged(kept.answer, Math.ceil((kept.expiresAt - now) / 1000));
  const found = follow(world, { name, type: question.type });
  const seconds = found.rcode === "SERVFAIL" ? 0 : timeToLive(found);
  if (seconds > 0) cache.set(key, { expiresAt: now + seconds * 1000, answer: found });
  else cache.delete(key);
  return found;
}

const aged = (found: Answer, seconds: number): Answer => ({
  ...found,
  answers: found.answers.map((record) => ({ ...record, ttl: Math.min(record.ttl, seconds) })),
});

function timeToLive({ answers, authorities }: Answer): number {
  if (answers.length > 0) return Math.min(LONGEST_SECONDS, ...answers.map(({ ttl }) => ttl));
  const start = authorities.find(({ type }) => type === "SOA");
  if (!start) return 0;
  // The smaller of the record's own time to live and its last number. @see RFC 2308 §3
  return Math.min(LONGEST_NEGATIVE_SECONDS, start.ttl, Number(start.data.split(" ").at(-1)));
}

/** Follows CNAMEs from zone to zone. */
function follow(world: World, question: Question): Answer {
  const answers: ResourceRecord[] = [];
  let { name } = question;
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const part = ask(world, { ...question, name });
    answers.push(...part.answers);
    const last = answers.at(-1);
    const goesOn = part.rcode === "NOERROR" && last?.type === "CNAME" && question.type !== "CNAME";
    if (!goesOn) return { ...part, authoritative: false, answers };
    name = bareName(last.data);
  }
  return answer({ rcode: "SERVFAIL" });
}

/** One name, from the parent zone to the servers that know. */
function ask(world: World, question: Question): Answer {
  const infrastructure = answerForInfrastructure(world, question);
  if (infrastructure) return infrastructure;
  const delegation = delegationFor(world, question.name);
  if (!delegation) return answerOfRegistry(world, question);
  return descend(world, question, delegation.nameServers);
}

function descend(world: World, question: Question, servers: readonly string[], depth = 0): Answer {
  const zone = hostedZoneOf(world, question.name, servers);
  // Servers that were named and do not know the zone: a lame delegation.
  if (!zone || depth > LONGEST_CHAIN) return answer({ rcode: "SERVFAIL" });
  const found = answerOfZone(world, zone, question);
  const referral = found.authorities.filter(({ type }) => type === "NS");
  if (found.answers.length > 0 || referral.length === 0) return found;
  return descend(
    world,
    question,
    referral.map(({ data }) => data),
    depth + 1,
  );
}
