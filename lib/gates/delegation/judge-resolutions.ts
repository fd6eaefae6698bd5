import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { DelegationFacts, ResolutionFact } from "./facts.ts";

/**
 * What the world's resolvers answer, host by host, of what the zone holds; whether it holds it is the dns gate's
 * question. One that is silent may only be out of reach from here, and is told;
 * but one at least must have answered, or nothing is known of the world.
 */
export function judgeResolutions({ resolutions, published }: DelegationFacts): Finding[] {
  return Object.entries(published).flatMap(([host, known]) => {
    if (known.length === 0)
      return [
        question("record-propagated", host, "a record to look for", "warning").pending("not published yet"),
      ];
    const own = resolutions.filter((each) => each.host === host);
    const answered = own.filter(({ silent }) => silent === undefined);
    const findings = answered.map((each) => judgeAnswer(each, known));
    const mute = own.filter(({ silent }) => silent !== undefined);
    const severity = answered.length === 0 ? "error" : "warning";
    return [...findings, ...mute.map((each) => judgeSilence(each, severity))];
  });
}

function judgeAnswer(
  { host, resolver, addresses, rcode }: ResolutionFact,
  known: readonly string[],
): Finding {
  const ask = question("record-propagated", `${host} at ${resolver}`, "what the zone's own servers say");
  if (addresses.length === 0)
    return ask.pending(rcode === "NOERROR" ? "no address" : (rcode ?? "no address"));
  const foreign = addresses.filter((address) => !known.includes(address));
  return foreign.length > 0 ? ask.pending(`still ${foreign.join(", ")}`) : ask.pass(addresses.join(", "));
}

const judgeSilence = ({ host, resolver, silent }: ResolutionFact, severity: Finding["severity"]): Finding =>
  question("record-propagated", `${host} at ${resolver}`, "an answer", severity).unknown(
    `it did not answer: ${silent ?? ""}`,
  );
