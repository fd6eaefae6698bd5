import type * as z from "zod";
import * as s from "./schemas.ts";

/** One route, as API Gateway, the OpenAPI document, the function and the tests know it. Data only. */
export interface Route {
  readonly operationId: string;
  readonly method: "GET" | "POST";
  /** With `{names}` of its path parameters, as API Gateway and OpenAPI both write it. */
  readonly path: string;
  readonly summary: string;
  readonly pathParameters?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** What it gives when it succeeds. */
  readonly answer: { readonly status: 200 | 201 | 202; readonly schema?: z.ZodType };
  /** Takes the header `Idempotency-Key`. */
  readonly idempotent?: true;
  /** Changes something: the policies for people who only look leave it out. */
  readonly changes: boolean;
}

const route = <const R extends Route>(given: R): R => given;

export const ROUTES = {
  startRun: route({
    operationId: "startRun",
    method: "POST",
    path: "/runs",
    summary: "Start a run of the pipeline. The same Idempotency-Key with the same input starts it once.",
    body: s.StartRunSchema,
    answer: { status: 201, schema: s.RunSummarySchema },
    idempotent: true,
    changes: true,
  }),
  listRuns: route({
    operationId: "listRuns",
    method: "GET",
    path: "/runs",
    summary: "Runs of the last 90 days, newest first.",
    query: s.ListRunsQuerySchema,
    answer: { status: 200, schema: s.RunListSchema },
    changes: false,
  }),
  showRun: route({
    operationId: "showRun",
    method: "GET",
    path: "/runs/{runId}",
    summary: "One run: its layers' outcomes, approvals and, if it failed, why.",
    pathParameters: s.RunPathSchema,
    answer: { status: 200, schema: s.RunViewSchema },
    changes: false,
  }),
  cancelRun: route({
    operationId: "cancelRun",
    method: "POST",
    path: "/runs/{runId}/cancel",
    summary: "Ask a run to end. Applies under way end by themselves and are proven; no other one begins.",
    pathParameters: s.RunPathSchema,
    body: s.CancelRunSchema,
    answer: { status: 202, schema: s.RunViewSchema },
    changes: true,
  }),
  listApprovals: route({
    operationId: "listApprovals",
    method: "GET",
    path: "/runs/{runId}/approvals",
    summary: "What a run has asked to have approved.",
    pathParameters: s.RunPathSchema,
    answer: { status: 200, schema: s.ApprovalListSchema },
    changes: false,
  }),
  decideApproval: route({
    operationId: "decideApproval",
    method: "POST",
    path: "/runs/{runId}/approvals/{layer}",
    summary:
      "Approve or reject exactly the plan that the digest names. Once, in time, and not one's own run.",
    pathParameters: s.ApprovalPathSchema,
    body: s.DecideApprovalSchema,
    answer: { status: 200, schema: s.ApprovalViewSchema },
    changes: true,
  }),
  listDrift: route({
    operationId: "listDrift",
    method: "GET",
    path: "/drift",
    summary: "What the drift scans found, by address.",
    query: s.DriftQuerySchema,
    answer: { status: 200, schema: s.DriftListSchema },
    changes: false,
  }),
  startDriftScan: route({
    operationId: "startDriftScan",
    method: "POST",
    path: "/drift/scans",
    summary: "Look for drift now.",
    body: s.StartCheckSchema,
    answer: { status: 202, schema: s.CheckStartedSchema },
    changes: true,
  }),
  listProofs: route({
    operationId: "listProofs",
    method: "GET",
    path: "/proofs",
    summary: "The last proof of each kind, and the last one that passed.",
    answer: { status: 200, schema: s.ProofListSchema },
    changes: false,
  }),
  startProof: route({
    operationId: "startProof",
    method: "POST",
    path: "/proofs",
    summary: "Look through the gates of the layers now; changes nothing.",
    body: s.StartCheckSchema,
    answer: { status: 202, schema: s.CheckStartedSchema },
    changes: true,
  }),
  showBackups: route({
    operationId: "showBackups",
    method: "GET",
    path: "/backups",
    summary: "When a backup was last restored and proven.",
    answer: { status: 200, schema: s.ProofPairSchema },
    changes: false,
  }),
  startBackupVerification: route({
    operationId: "startBackupVerification",
    method: "POST",
    path: "/backups/verifications",
    summary: "Restore a backup into a sandbox and prove it now.",
    body: s.StartVerificationSchema,
    answer: { status: 202, schema: s.CheckStartedSchema },
    changes: true,
  }),
  describeApi: route({
    operationId: "describeApi",
    method: "GET",
    path: "/openapi.json",
    summary: "This document.",
    answer: { status: 200 },
    changes: false,
  }),
} as const;
export type OperationId = keyof typeof ROUTES;

/** As API Gateway names a route. */
export const routeKey = ({ method, path }: Pick<Route, "method" | "path">): string => `${method} ${path}`;
