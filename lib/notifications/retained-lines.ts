import type { Retained } from "../run/plan.ts";

/** What removals leave on purpose, and what for; a resource is named as people know it, and as terraform does. */
export function retainedLines(
  layers: readonly { readonly layer: string; readonly retained?: Retained | undefined }[],
): string[] {
  const lines = layers.flatMap(({ layer, retained }) =>
    retained
      ? [
          `Retained of ${layer}: ${retained.because}.`,
          ...retained.resources.map((each) => `- ${named(each)}`),
        ]
      : [],
  );
  if (lines.length === 0) return [];
  return [...lines, "The next deploy goes on with it. How to delete it: docs/operating.md, Destroying."];
}

export const named = ({ address, id, arn }: Retained["resources"][number]): string =>
  `${address} (${arn ?? id ?? "no id"})`;
