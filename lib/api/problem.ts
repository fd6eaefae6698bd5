import type * as z from "zod";
import { DependencyUnavailableError, StrataError } from "../run/errors.ts";
import type { ProblemBody } from "./schemas.ts";

/** Names of problems, with their titles and HTTP statuses. A caller's program may rely on the names. */
const PROBLEMS = {
  "bad-request": ["The request is wrong", 400],
  "not-allowed": ["The caller may not do this", 403],
  "not-found": ["There is no such thing", 404],
  conflict: ["The request does not fit the state of things", 409],
  "too-early": ["It is too early for this", 409],
  "too-late": ["The time for this is over", 410],
  unavailable: ["A service did not answer", 503],
  unexpected: ["Something unexpected happened", 500],
} as const;
export type ProblemName = keyof typeof PROBLEMS;

/** A refusal that the caller is told as it is. */
export class ApiProblem extends StrataError {
  override readonly name = "ApiProblem";
  readonly problem: ProblemName;
  readonly errors: ProblemBody["errors"];

  constructor(problem: ProblemName, detail: string, errors?: ProblemBody["errors"]) {
    super(detail);
    this.problem = problem;
    this.errors = errors;
  }
}

/** Everything that is wrong with one part of the request; values are left out, since they may be secrets. */
export function badRequest(part: "body" | "path" | "query", error: z.ZodError): ApiProblem {
  const errors = error.issues.map(({ path, message }) => ({
    path: [part, ...path.map(String)].join("."),
    message,
  }));
  const detail = errors.map((each) => `${each.path}: ${each.message}`).join("; ");
  return new ApiProblem("bad-request", detail, errors);
}

/** What an error becomes for the caller: what is not meant for people outside stays in the function's log. */
export function problemOf(error: unknown, instance: string): ProblemBody {
  if (error instanceof ApiProblem) return body(error.problem, error.message, instance, error.errors);
  if (error instanceof DependencyUnavailableError)
    return body(
      "unavailable",
      "a service that is needed for this did not answer; try again in a minute",
      instance,
    );
  return body(
    "unexpected",
    "this is a defect or a missing permission; the function's log says more",
    instance,
  );
}

function body(
  problem: ProblemName,
  detail: string,
  instance: string,
  errors?: ProblemBody["errors"],
): ProblemBody {
  const [title, status] = PROBLEMS[problem];
  return {
    type: `urn:strata:problem:${problem}`,
    title,
    status,
    detail,
    instance,
    ...(errors && { errors }),
  };
}
