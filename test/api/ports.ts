import { answer, type HttpAnswer } from "../../lib/api/answer.ts";
import type { ApiPorts, ApiSettings, Decision, Execution } from "../../lib/api/ports.ts";
import { type OperationId, ROUTES, routeKey } from "../../lib/api/routes.ts";
import type { Proof } from "../../lib/run/proof.ts";
import type { ApprovalRecord, RunRecord } from "../../lib/run/records.ts";

export const NOW = new Date("2026-11-24T08:00:00.000Z");
export const ANN = "arn:aws:sts::111122223333:assumed-role/operators/ann";
export const BOB = "arn:aws:sts::111122223333:assumed-role/approvers/bob";
export const DIGEST = "a".repeat(64);
const PREFIX = "arn:aws:states:eu-central-1:111122223333:stateMachine:demo-";

export const approval = (changes: Partial<ApprovalRecord> = {}): ApprovalRecord => ({
  runId: "deploy-1",
  layer: "foundation",
  taskToken: "token-1",
  digest: DIGEST,
  status: "pending",
  requestedAt: "2026-11-24T07:59:00.000Z",
  ...changes,
});

export const execution = (changes: Partial<Execution> = {}): Execution => ({
  executionArn: `${PREFIX.replace(":stateMachine:", ":execution:")}pipeline:deploy-1`,
  name: "deploy-1",
  status: "RUNNING",
  startedAt: NOW,
  ...changes,
});

/** Everything that the API may reach, in memory; what it did is there to be looked at. */
export class FakePorts {
  executions = new Map<string, Execution>();
  records = new Map<string, RunRecord>();
  approvals = new Map<string, ApprovalRecord>();
  requesters = new Map<string, string>();
  /** What CloudTrail has learnt of, by execution; and how often it was asked. */
  started = new Map<string, string>();
  lookups = 0;
  proofs = new Map<string, Proof>();
  answered: { token: string; with: unknown }[] = [];
  gone = new Set<string>();

  add(...added: Execution[]): this {
    for (const each of added) this.executions.set(each.executionArn, each);
    return this;
  }

  get ports(): ApiPorts {
    const respond = (token: string, value: unknown) => {
      if (this.gone.has(token)) return "gone" as const;
      this.answered.push({ token, with: value });
      return "answered" as const;
    };
    return {
      machines: {
        start: async (machineArn, name, input) => {
          const executionArn = `${machineArn.replace(":stateMachine:", ":execution:")}:${name}`;
          if (this.executions.has(executionArn)) return "exists";
          const started = execution({ executionArn, name, input: JSON.stringify(input) });
          this.add(started);
          return started;
        },
        describe: async (arn) => this.executions.get(arn),
        list: async () => ({ executions: [...this.executions.values()] }),
      },
      callbacks: {
        succeed: async (token, output) => respond(token, output),
        fail: async (token, error, cause) => respond(token, { error, cause }),
      },
      runs: {
        read: async (runId) => this.records.get(runId),
        requestCancel: async (runId, cancel) => {
          const record = this.records.get(runId);
          if (!record || record.finalStatus) return false;
          this.records.set(runId, { ...record, cancel: record.cancel ?? cancel });
          return true;
        },
      },
      requesters: {
        save: async (runId, arn) => void this.requesters.set(runId, arn),
        read: async (runId) => this.requesters.get(runId),
      },
      starts: {
        whoStarted: async (executionArn) => {
          this.lookups += 1;
          return this.started.get(executionArn);
        },
      },
      approvals: {
        list: async () => [...this.approvals.values()],
        read: async (_, layer) => this.approvals.get(layer),
        decide: async (given, decision: Decision) => {
          const stored = this.approvals.get(given.layer);
          if (!stored || stored.decision || stored.taskToken !== given.taskToken) return false;
          this.approvals.set(given.layer, { ...stored, ...decision });
          return true;
        },
      },
      proofs: {
        last: async (name) => this.proofs.get(name),
        lastPassed: async (name) => {
          const proof = this.proofs.get(name);
          return proof?.result === "passed" ? proof : undefined;
        },
      },
      drift: { list: async () => ({ items: [] }) },
    };
  }
}

export interface Asked {
  readonly caller?: string | null;
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** One request as API Gateway hands it over, and what comes back. */
export async function ask(
  fake: FakePorts,
  operation: OperationId,
  { caller = ANN, path, query, headers = {}, body }: Asked = {},
  settings: Partial<ApiSettings> = {},
): Promise<HttpAnswer & { json: Record<string, unknown> }> {
  const answered = await answer(
    {
      version: "2.0",
      routeKey: routeKey(ROUTES[operation]),
      rawPath: ROUTES[operation].path,
      headers,
      ...(query && { queryStringParameters: query }),
      ...(path && { pathParameters: path }),
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      isBase64Encoded: false,
      requestContext: { requestId: "Abc=", ...(caller && { authorizer: { iam: { userArn: caller } } }) },
    },
    fake.ports,
    { environment: "demo", machinePrefix: PREFIX, selfApproval: false, ...settings },
    NOW,
    () => undefined,
  );
  return { ...answered, json: JSON.parse(answered.body) as Record<string, unknown> };
}
