/**
 * What Step Functions calls a cause, made readable. A failed Lambda's cause is `{errorType, errorMessage, trace}`,
 * a failed `.sync` build's is the build as JSON, anything else is text.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-codebuild.html
 */
import * as z from "zod";

const LambdaCauseSchema = z.object({ errorType: z.string().optional(), errorMessage: z.string() });
const BuildCauseSchema = z.object({
  Build: z.object({
    Id: z.string(),
    BuildStatus: z.string(),
    Phases: z
      .array(
        z.object({
          PhaseType: z.string(),
          PhaseStatus: z.string().optional(),
          Contexts: z.array(z.object({ Message: z.string().optional() })).optional(),
        }),
      )
      .optional(),
    Logs: z.object({ DeepLink: z.string().optional() }).optional(),
  }),
});

/** One or two sentences, at most `limit` characters. */
export function readableCause(cause: string, limit = 600): string {
  return clip(describe(cause), limit);
}

export const clip = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;

function describe(cause: string): string {
  const json = parse(cause);
  const lambda = LambdaCauseSchema.safeParse(json);
  if (lambda.success) return lambda.data.errorMessage;
  const build = BuildCauseSchema.safeParse(json);
  if (!build.success) return cause;
  const { Id, BuildStatus, Phases = [], Logs } = build.data.Build;
  const failed = Phases.find((phase) => phase.PhaseStatus !== undefined && phase.PhaseStatus !== "SUCCEEDED");
  const message = failed?.Contexts?.find((context) => context.Message)?.Message;
  const where = failed ? ` in phase ${failed.PhaseType}` : "";
  return `build ${Id} ended ${BuildStatus}${where}${message ? `: ${message}` : ""}${Logs?.DeepLink ? ` (log: ${Logs.DeepLink})` : ""}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
