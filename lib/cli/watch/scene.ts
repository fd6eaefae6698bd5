import * as z from "zod";
import type { Step } from "../../report/steps.ts";
import { type Finding, FindingSchema } from "../../run/finding.ts";
import { PlanCountsSchema } from "../../run/plan.ts";

const ReviewedSchema = z.object({ counts: PlanCountsSchema, hasChanges: z.boolean() });
type Reviewed = z.infer<typeof ReviewedSchema>;

/** A run as a watcher sees it at one instant. Times are epoch milliseconds, virtual unless they say "wall". */
export interface Scene {
  readonly runId: string;
  /** Of a machine beside the pipeline: no layer is recorded in it, and one has ended when its steps have. */
  readonly isCheck?: boolean;
  /** In the order of the schedule. */
  readonly layers: readonly string[];
  readonly steps: readonly Step[];
  readonly startedAt: number;
  readonly now: number;
  readonly wallMilliseconds: number;
  /** Of the layer's plan. */
  review(layer: string): Reviewed | undefined;
  /** What a gate found when it last looked. */
  findings(layer: string, gate: string): readonly Finding[] | undefined;
}

/** Reads plans and findings from a run's artefacts; called many times a second, it parses each text once. */
export function artefactReader(
  artefact: (name: string) => string | undefined,
): Pick<Scene, "review" | "findings"> {
  const reviews = new Map<string, Reviewed | undefined>();
  const findings = new Map<string, readonly Finding[] | undefined>();
  const once = <T>(known: Map<string, T>, text: string | undefined, parse: (value: unknown) => T) => {
    if (text === undefined) return undefined;
    if (!known.has(text)) known.set(text, parse(JSON.parse(text)));
    return known.get(text);
  };
  return {
    review: (layer) =>
      once(reviews, artefact(`${layer}/review.json`), (value) => ReviewedSchema.safeParse(value).data),
    findings: (layer, gate) =>
      once(
        findings,
        artefact(`${layer}/gates/${gate}.json`),
        (value) => z.array(FindingSchema).safeParse(value).data,
      ),
  };
}

/** `7/9` of the findings passed. */
export function passedText(findings: readonly Finding[]): string {
  return `${findings.filter(({ status }) => status === "pass").length}/${findings.length}`;
}

/** What a gate waits for, or what failed it: a failure before a wait, an error before a warning. */
export function problemText(findings: readonly Finding[]): string | undefined {
  const errors = findings.filter(({ severity }) => severity === "error");
  for (const status of ["fail", "unknown", "pending"])
    for (const finding of errors)
      if (finding.status === status) return `${finding.check}: ${finding.message}`;
  return undefined;
}
