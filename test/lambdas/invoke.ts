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

/** Where what is written to the console goes, while somebody keeps it. */
let kept: string[] | undefined;

for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream) as (...parts: unknown[]) => boolean;
  stream.write = ((...parts: unknown[]) =>
    kept ? kept.push(String(parts[0])) > 0 : write(...parts)) as typeof stream.write;
}
for (const level of ["log", "info", "warn", "error", "debug"] as const) {
  const write = console[level].bind(console);
  console[level] = (...parts: unknown[]) =>
    kept ? void kept.push(parts.map(String).join(" ")) : write(...parts);
}

async function keeping<T>(lines: string[], action: () => Promise<T>): Promise<T> {
  const before = kept;
  kept = lines;
  try {
    return await action();
  } finally {
    kept = before;
  }
}

/** What a function logs is not shown among the results of the tests. */
export const invoke = <T>(handler: AsyncHandler<T>, event: unknown, context = CONTEXT): Promise<T> =>
  keeping(kept ?? [], () => handler(event, context));

/** Everything written to the console while `action` runs, on any level: what CloudWatch would keep. */
export async function logOf(action: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  await keeping(lines, action).catch(() => {});
  return lines.join("\n");
}

export const named = (name: string, rest: object = {}) => Object.assign(new Error(name), { name, ...rest });
export const body = (content: string | Buffer) => ({
  Body: { transformToByteArray: async () => Buffer.from(content) } as never,
});
