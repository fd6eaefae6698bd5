import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { EndpointExpectation } from "./expectation.ts";
import type { EndpointFacts, Visit } from "./facts.ts";

/**
 * Everything here waits: a proxy takes a new route within seconds to minutes, and answers 404 or 503 until then.
 * A status alone proves little: a proxy's default page is answered with 200, too, hence the content.
 */
export function judgeEndpoint(
  { host, plain, secure }: EndpointFacts,
  { path, status, contains }: EndpointExpectation,
): Finding[] {
  const answers = judgeAnswer(`https://${host}${path}`, secure, status);
  const redirect = judgeRedirect(host, path, plain);
  if (answers.status !== "pass" || !secure.reached) return [redirect, answers];
  const ask = question("endpoint-application", `https://${host}${path}`, `a page with "${contains}"`);
  return [
    redirect,
    answers,
    secure.body.includes(contains)
      ? ask.pass(`"${contains}"`)
      : ask.pending(`a page with ${start(secure.body)}`),
  ];
}

function judgeAnswer(url: string, visit: Visit, status: number): Finding {
  const ask = question("endpoint-answers", url, `status ${status}`);
  if (!visit.reached) return ask.pending(`no answer: ${visit.problem}`);
  if (visit.status === status) return ask.pass(`status ${status}`);
  const leads = visit.location ? ` to ${visit.location}` : "";
  return ask.pending(`status ${visit.status}${leads}: ${start(visit.body)}`);
}

/** Permanent or not, with or without change of method: each of them leads a browser on. */
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** Nobody is served without TLS, and nobody is sent to another host by it. */
function judgeRedirect(host: string, path: string, visit: Visit): Finding {
  const ask = question("endpoint-redirects", `http://${host}${path}`, `a redirect to https://${host}`);
  if (!visit.reached) return ask.pending(`no answer: ${visit.problem}`);
  if (!REDIRECTS.includes(visit.status)) return ask.pending(`status ${visit.status}: ${start(visit.body)}`);
  const target = targetOf(visit.location, `http://${host}${path}`);
  const observed = `status ${visit.status} to ${visit.location ?? "nowhere"}`;
  const isTls = target?.protocol === "https:" && target.hostname === host && target.port === "";
  return isTls ? ask.pass(observed) : ask.pending(observed);
}

function targetOf(location: string | undefined, from: string): URL | undefined {
  return location !== undefined && URL.canParse(location, from) ? new URL(location, from) : undefined;
}

/** How a page begins, for a person who wonders whose it is. */
const START = 80;
const start = (body: string): string => {
  const text = body
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return text ? `"${text.slice(0, START)}"` : "nothing";
};
