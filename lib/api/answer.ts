import { openApiDocument } from "./openapi.ts";
import { decideApproval, listApprovals } from "./operations/approvals.ts";
import { cancelRun } from "./operations/cancel-run.ts";
import { startBackupVerification, startDriftScan, startProof } from "./operations/checks.ts";
import { listDrift } from "./operations/drift.ts";
import { listProofs, showBackups } from "./operations/proofs.ts";
import { listRuns, showRun } from "./operations/runs.ts";
import { startRun } from "./operations/start-run.ts";
import type { ApiPorts, ApiSettings } from "./ports.ts";
import { problemOf } from "./problem.ts";
import { type ApiRequest, type HttpEvent, readRequest } from "./request.ts";
import type { OperationId } from "./routes.ts";

/** What an operation gives; its body is checked against the route's schema before it leaves. */
export interface Answer {
  /** @default the route's own */
  readonly status?: number;
  readonly body: unknown;
}

export type Operate = (
  request: ApiRequest,
  ports: ApiPorts,
  settings: ApiSettings,
  now: Date,
) => Promise<Answer>;

const OPERATIONS: Readonly<Record<OperationId, Operate>> = {
  startRun,
  listRuns,
  showRun,
  cancelRun,
  listApprovals,
  decideApproval,
  listDrift,
  startDriftScan,
  listProofs,
  startProof,
  showBackups,
  startBackupVerification,
  describeApi: async (_, __, { environment }) => ({ body: openApiDocument(environment) }),
};

/** As API Gateway takes it from a function. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Answers one request. Nothing is thrown to API Gateway, which would make a bare 500 of it: every refusal is a
 * problem document. `note` hears of what the caller is not told.
 */
export async function answer(
  event: HttpEvent,
  ports: ApiPorts,
  settings: ApiSettings,
  now: Date,
  note: (error: unknown) => void,
): Promise<HttpAnswer> {
  try {
    const request = readRequest(event);
    const { status, body } = await OPERATIONS[request.route.operationId as OperationId](
      request,
      ports,
      settings,
      now,
    );
    const { answer: expected } = request.route;
    return json(status ?? expected.status, expected.schema ? expected.schema.parse(body) : body);
  } catch (error) {
    const problem = problemOf(error, event.rawPath);
    if (problem.status >= 500) note(error);
    return json(problem.status, problem, "application/problem+json");
  }
}

const json = (statusCode: number, body: unknown, type = "application/json"): HttpAnswer => ({
  statusCode,
  headers: { "content-type": type, "cache-control": "no-store" },
  body: JSON.stringify(body),
});
