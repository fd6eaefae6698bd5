import { nearestName } from "../catalogue/nearest-name.ts";

/** `; did you mean "x"?` when some candidate is what was probably meant, else a full stop. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearestName(word, candidates) ?? candidates.find((candidate) => abbreviates(word, candidate));
  return meant === undefined ? "." : `; did you mean "${meant}"?`;
}

/** `cert-not` abbreviates `certificate-not-issued`: each of its words begins one of the other's. */
function abbreviates(word: string, name: string): boolean {
  const parts = word.toLowerCase().split("-").filter(Boolean);
  const words = name.split("-");
  return parts.length > 0 && parts.every((part) => words.some((other) => other.startsWith(part)));
}
