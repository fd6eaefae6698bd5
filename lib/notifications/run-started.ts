import type { Run } from "../run/messages.ts";
import type { Notification } from "../run/ports.ts";
import { executionLink } from "./console-links.ts";
import { subject } from "./subject.ts";

export function runStarted(run: Run): Notification {
  return {
    event: "run-started",
    environment: run.environment,
    runId: run.runId,
    detail: {
      operation: run.operation,
      layers: run.layers,
      reason: run.reason,
      requestedBy: run.requestedBy,
    },
    subject: subject(`[${run.environment}] ${run.operation} started`),
    text: [
      `Run ${run.runId} has started: ${run.operation} of ${run.layers.join(", ")}.`,
      `Reason: ${run.reason}. Requested by: ${run.requestedBy}${run.claimed ? " (as its input claims)" : ""}.`,
      `Approval: ${run.approval}. Source: ${run.source.sha256}. Terraform: ${run.terraformVersion}.`,
      `Execution: ${executionLink(run.executionArn)}`,
    ].join("\n"),
  };
}
