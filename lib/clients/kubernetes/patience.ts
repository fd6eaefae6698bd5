import { KubernetesError } from "./errors.ts";
import type { Http, HttpAnswer } from "./http.ts";

/** Waits before the second, third and fourth try, unless the server asks for another. */
const WAITS_MILLISECONDS = [200, 800, 3_200];

/**
 * What one connection may wait in all, however many of its answers ask for it: a look at a gate has a minute, and
 * the state machine looks again anyway.
 */
const BUDGET_MILLISECONDS = 12_000;

export type Sleep = (milliseconds: number) => Promise<unknown>;

/**
 * GET that is tried again after 429, 5xx and silence, as long as the budget lasts. Retry-After is honoured: what
 * asks for more than is left is not tried again too early, but not at all.
 */
export function patiently(http: Http, sleep: Sleep): Http["get"] {
  let left = BUDGET_MILLISECONDS;
  return async (path, token) => {
    for (const usual of WAITS_MILLISECONDS) {
      const answer = await tryOnce(http, path, token);
      const wait = waitAfter(answer, usual);
      if (wait === undefined || wait > left) return unwrap(answer);
      left -= wait;
      await sleep(wait);
    }
    return unwrap(await tryOnce(http, path, token));
  };
}

const tryOnce = (http: Http, path: string, token: string): Promise<HttpAnswer | KubernetesError> =>
  http.get(path, token).catch((error: unknown) => {
    if (error instanceof KubernetesError) return error;
    throw error;
  });

/** Milliseconds until the next try; undefined if another answer is not to be expected. */
function waitAfter(answer: HttpAnswer | KubernetesError, usual: number): number | undefined {
  if (answer instanceof KubernetesError) return answer.isSilence ? usual : undefined;
  if (answer.status !== 429 && answer.status < 500) return undefined;
  return answer.retryAfterSeconds === undefined ? usual : answer.retryAfterSeconds * 1_000;
}

function unwrap(answer: HttpAnswer | KubernetesError): HttpAnswer {
  if (answer instanceof KubernetesError) throw answer;
  return answer;
}
