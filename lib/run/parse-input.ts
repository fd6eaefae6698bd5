import { closest } from "fastest-levenshtein";
import type * as z from "zod";
import { InvalidInputError } from "./errors.ts";
import { type RunInput, RunInputSchema } from "./input.ts";

/**
 * The operator's input, or what is wrong with it: path, problem and, for a misspelt layer, the nearest name.
 * @throws InvalidInputError
 */
export function parseRunInput(input: unknown, layerNames: readonly string[]): RunInput {
  const parsed = RunInputSchema.safeParse(input);
  if (!parsed.success) throw new InvalidInputError(`run input: ${describeIssues(parsed.error)}`);
  const { layers } = parsed.data;
  if (layers === "all") return parsed.data;
  for (const name of layers)
    if (!layerNames.includes(name))
      throw new InvalidInputError(
        `run input: layers: there is no layer "${name}"; did you mean "${closest(name, [...layerNames])}"? There are: ${layerNames.join(", ")}`,
      );
  return parsed.data;
}

/** `path: problem`, joined; values are left out, because an input may hold what nobody should read in a log. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.length === 0 ? "(whole)" : issue.path.join(".")}: ${issue.message}`)
    .join("; ");
}
