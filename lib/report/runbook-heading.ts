import { ERROR_NAMES } from "../run/errors.ts";

/** What a cause says, and the heading that it leads to: more exact than the error's name, so looked at first. */
const BY_CAUSE: readonly (readonly [RegExp, string])[] = [
  [/Error acquiring the state lock/, "Error acquiring the state lock"],
  [/errored\.tfstate/, "errored.tfstate"],
  [/INTERNAL_SERVICE_ERROR|BUILD_CONTAINER_/, "The build container was lost"],
];

const BY_NAME: readonly string[] = [...ERROR_NAMES, "States.TaskFailed", "States.Timeout"];

/** Heading of docs/runbook.md for a run or a step that ended so; undefined if it has none. */
export function runbookHeading(name: string, cause: string, status?: string): string | undefined {
  const said = BY_CAUSE.find(([pattern]) => pattern.test(cause))?.[1];
  if (said !== undefined) return said;
  // A build's message begins with the name of the error that its script found.
  const first = /^(\w+Error): /.exec(cause)?.[1] ?? "";
  for (const candidate of [first, name]) if (BY_NAME.includes(candidate)) return candidate;
  return status === "ABORTED" ? status : undefined;
}
