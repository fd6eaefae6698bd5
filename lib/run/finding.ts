import * as z from "zod";

/** One answer of a gate. `observed` and `expected` are short texts, never secrets, never whole objects. */
export const FindingSchema = z.strictObject({
  /** The question, kebab-case, e.g. `cluster-active`. */
  check: z.string().min(1),
  /** What was looked at, e.g. `Deployment argocd/argocd-server`. */
  subject: z.string().min(1),
  status: z.enum(["pass", "pending", "fail", "unknown"]),
  severity: z.enum(["error", "warning"]),
  observed: z.string(),
  expected: z.string(),
  /** What is wrong, where, since when and what to do, in one or two sentences. */
  message: z.string(),
  /** Heading in docs/runbook.md. */
  runbook: z.string(),
});
export type Finding = z.infer<typeof FindingSchema>;

export type Verdict = "passed" | "not-ready" | "failed";

/**
 * A `fail` of severity error fails; else any `pending` or `unknown` of severity error is not ready;
 * no finding at all is a failure, because a gate that asked nothing has proven nothing.
 */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const errors = findings.filter((finding) => finding.severity === "error");
  if (errors.length === 0 || errors.some((finding) => finding.status === "fail")) return "failed";
  return errors.every((finding) => finding.status === "pass") ? "passed" : "not-ready";
}
