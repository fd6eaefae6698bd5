import type { Context } from "aws-lambda";
import type { AsyncHandler } from "../../lambdas/create-handler.ts";

/** Everything that any function reads; each handler parses its own part. */
export const ENVIRONMENT = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  STRATA_ENVIRONMENT: "demo",
  STRATA_DOMAIN: "demo.example.com",
  STRATA_TABLE: "demo-table",
  STRATA_API_URL: "https://api.example.com",
  STRATA_ARTEFACT_BUCKET: "artefacts",
  STRATA_SOURCE_BUCKET: "assets",
  STRATA_SOURCE_KEY: "source.tar.gz",
  STRATA_TOPIC_ARN: "arn:aws:sns:eu-west-1:111122223333:demo-events",
  STRATA_ACTION_TOPIC_ARN: "arn:aws:sns:eu-west-1:111122223333:demo-action",
  STRATA_APPROVAL: "on-change",
  STRATA_TERRAFORM_VERSION: "1.14.3",
  POWERTOOLS_DEV: "false",
};
Object.assign(process.env, ENVIRONMENT);

export const CONTEXT = {
  awsRequestId: "request-1",
  functionName: "demo-function",
  functionVersion: "1",
  invokedFunctionArn: "arn:aws:lambda:eu-west-1:111122223333:function:demo-function:1",
  memoryLimitInMB: "512",
  getRemainingTimeInMillis: () => 30_000,
} as Context;

export const invoke = <T>(handler: AsyncHandler<T>, event: unknown): Promise<T> => handler(event, CONTEXT);

/** Everything written to the console while `action` runs, on any level: what CloudWatch would keep. */
export async function logOf(action: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const originals = new Map<string, unknown>();
  const write = (chunk: unknown) => lines.push(String(chunk)) > 0;
  for (const stream of ["stdout", "stderr"] as const) {
    originals.set(stream, process[stream].write);
    process[stream].write = write as never;
  }
  const levels = ["log", "info", "warn", "error", "debug"] as const;
  for (const level of levels) {
    originals.set(level, console[level]);
    console[level] = (...parts: unknown[]) => void lines.push(parts.map(String).join(" "));
  }
  try {
    await action().catch(() => {});
  } finally {
    for (const stream of ["stdout", "stderr"] as const)
      process[stream].write = originals.get(stream) as never;
    for (const level of levels) console[level] = originals.get(level) as never;
  }
  return lines.join("\n");
}

export const named = (name: string, rest: object = {}) => Object.assign(new Error(name), { name, ...rest });
export const body = (content: string | Buffer) => ({
  Body: { transformToByteArray: async () => Buffer.from(content) } as never,
});
