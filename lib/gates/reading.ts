/** Something that was read, or why it could not be: an unreadable fact is a fact too. */
export type Reading<T> =
  | { readonly read: true; readonly value: T }
  | { readonly read: false; readonly problem: string };

export const readable = <T>(value: T): Reading<T> => ({ read: true, value });
export const unreadable = (problem: string): Reading<never> => ({ read: false, problem });

/**
 * The first thing that could not be read, or all values. Judges that need several facts for one answer use it:
 * with one of them missing there is no answer.
 */
export function firstProblem(...readings: readonly Reading<unknown>[]): string | undefined {
  for (const reading of readings) if (!reading.read) return reading.problem;
  return undefined;
}
