import { closest, distance } from "fastest-levenshtein";

/** `; did you mean "x"?` when some candidate is close enough to be what was meant, else the empty string. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return "";
  const nearest = closest(word, [...candidates]);
  // More than half of the letters wrong is another word, not a slip.
  return distance(word, nearest) <= Math.max(2, word.length / 2) ? `; did you mean "${nearest}"?` : "";
}
