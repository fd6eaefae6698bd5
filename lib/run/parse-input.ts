import type * as z from "zod";
import { InvalidInputError } from "./errors.ts";
import { type RunInput, RunInputSchema } from "./input.ts";

/** The operator's input, typed. @throws InvalidInputError naming path and problem of everything that is wrong */
export function parseRunInput(input: unknown): RunInput {
  const parsed = RunInputSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(`run input: ${describeIssues(parsed.error)}`);
}

/** `path: problem`, joined; values are left out, because an input may hold what nobody should read in a log. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.length === 0 ? "(whole)" : issue.path.join(".")}: ${issue.message}`)
    .join("; ");
}
