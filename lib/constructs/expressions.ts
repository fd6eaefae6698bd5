/**
 * JSONata of the machine's states. `$run` is the run as `prepare-run` made it, `$review` the review of the
 * stage's plan; both are variables, so that no payload carries them from state to state.
 */

/** Error causes may hold 32 KiB; a dozen layers of 1 KB each leave the payload's 256 KiB alone. */
const CAUSE_CHARACTERS = 1_000;

export const jsonata = (expression: string): string => `{% ${expression} %}`;

/** A string as JSONata spells it. */
export const text = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

export const list = (values: readonly string[]): string => `[${values.map(text).join(", ")}]`;

/**
 * What a JSON string in a cause holds, escapes included. A backslash is written \x5c, because JSONata's scanner
 * takes a bracket that follows a backslash for an escaped one and never finds the end of the pattern.
 */
const JSON_STRING = String.raw`((?:[^"\x5c]|\x5c.)+)`;

/**
 * Why a task failed, as a sentence. A function's cause is JSON with `errorMessage`, a build's is the build with
 * the variable FAILURE among those it exported, or, where its scripts never came to say anything, with what
 * CodeBuild says of the phase that failed. Read by pattern: a cause that was cut off is no JSON any more.
 */
const said = (pattern: string): string => `$match($cause, /${pattern}/, 1).groups[0]`;
const CAUSE = [
  "(",
  "$cause := $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : 'no cause was given';",
  `$told := ${said(`"Name":"FAILURE",(?:"[^"]*":"[^"]*",)?"Value":"${JSON_STRING}"`)};`,
  `$told := $exists($told) ? $told : ${said(`"errorMessage":"${JSON_STRING}"`)};`,
  `$told := $exists($told) ? $told : $join([${said('"StatusCode":"([A-Z_]+)"')}, ${said(`"Message":"${JSON_STRING}"`)}], ': ');`,
  `$substring($told != '' ? $replace($told, /\\x5c(["\\x5c\\/])/, '$1') : $cause, 0, ${CAUSE_CHARACTERS})`,
  ")",
].join(" ");

const ERROR_NAME = "($exists($states.errorOutput.Error) ? $states.errorOutput.Error : 'States.TaskFailed')";

/** `error` of an outcome, from a Catch. */
export const caughtError = (step: string): string =>
  `{'name': ${ERROR_NAME}, 'cause': ${CAUSE}, 'step': ${text(step)}}`;

/** Error and cause of a Catch outside any stage. */
export const CAUGHT = `{'error': ${ERROR_NAME}, 'cause': ${CAUSE}}`;

/** What a stage knows of its plan once it is reviewed. What does not exist is left out of an object. */
export const REVIEWED = [
  "'counts': $review.counts, 'hasChanges': $review.hasChanges, 'retained': $review.retained",
  "'digest': $review.digest, 'approver': $approval.approver",
].join(", ");

/** A failed outcome on its way to the record, from a Catch. `reviewed`: the plan's review is known by then. */
export function failedOutcome(layer: string, step: string, reviewed: boolean): string {
  const known = reviewed ? `${REVIEWED}, ` : "";
  const outcome = `{'layer': ${text(layer)}, 'result': 'failed', ${known}'error': ${caughtError(step)}}`;
  return jsonata(reviewed ? `{'review': $review, 'outcome': ${outcome}}` : `{'outcome': ${outcome}}`);
}

/** Outcomes of these layers, as they came in on the stage's input. */
export const outcomesOf = (layers: readonly string[], where: string): string =>
  `$states.input.outcomes[layer in ${list(layers)} and (${where})]`;
