/**
 * The events that may end a run, as EventBridge delivers them: an execution's end, a build's end, and the sweep,
 * which looks after the run that holds the lease in case both of the others were lost.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
 */
import * as z from "zod";
import { InvalidInputError } from "./errors.ts";
import { describeIssues } from "./parse-input.ts";
import type { Builds, LeaseTable, RunTable } from "./ports.ts";

const ExecutionDetailSchema = z.object({ executionArn: z.string(), name: z.string() });
/** `build-id` is the build's ARN; CodeBuild's own API takes what stands after the last `build/`. */
const BuildDetailSchema = z.object({ "build-id": z.string() });

export interface ClosingRun {
  readonly runId: string;
  readonly executionArn: string;
}

/** The run that the event is about; undefined if it is about none of ours (a build that somebody started by hand). */
export async function runOfEvent(
  event: { "detail-type": string; detail: unknown },
  ports: { builds: Builds; runs: RunTable; leases: LeaseTable },
): Promise<ClosingRun | undefined> {
  switch (event["detail-type"]) {
    case "Step Functions Execution Status Change": {
      const detail = read(ExecutionDetailSchema, event.detail);
      return { runId: detail.name, executionArn: detail.executionArn };
    }
    case "CodeBuild Build State Change": {
      const buildId = read(BuildDetailSchema, event.detail)["build-id"].split(":build/").at(-1) ?? "";
      const runId = await ports.builds.runOf(buildId);
      const record = runId === undefined ? undefined : await ports.runs.read(runId);
      if (!record?.executionArn) return undefined;
      return { runId: record.runId, executionArn: record.executionArn };
    }
    case "Scheduled Event": {
      const lease = await ports.leases.holder();
      return lease && { runId: lease.runId, executionArn: lease.executionArn };
    }
    default:
      throw new InvalidInputError(`close-run does not know the event "${event["detail-type"]}"`);
  }
}

function read<T>(schema: z.ZodType<T>, detail: unknown): T {
  const parsed = schema.safeParse(detail);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(`event detail: ${describeIssues(parsed.error)}`);
}
