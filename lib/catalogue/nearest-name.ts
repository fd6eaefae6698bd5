import { closest, distance } from "fastest-levenshtein";

/** Further than a third of its letters apart, two names have nothing to do with each other. */
const LIKENESS = 1 / 3;

/** The known name that was probably meant, if any is near enough. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(name, [...known]);
  const limit = Math.max(2, Math.ceil(candidate.length * LIKENESS));
  return distance(name, candidate) <= limit ? candidate : undefined;
}
