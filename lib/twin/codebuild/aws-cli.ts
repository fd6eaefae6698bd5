/**
 * The `aws` of a build in the twin: the subcommands that our buildspecs use, against the endpoint in
 * AWS_ENDPOINT_URL. Whatever else is asked of it is refused with exit code 252, as the AWS CLI refuses what it
 * does not know.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { resolve as resolvePath } from "node:path";
import type { Command, CommandResult } from "./commands.ts";

type Environment = Readonly<Record<string, string>>;

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** Exit codes of the AWS CLI: 252 wrong usage, 254 the service answered with an error, 255 anything else. */
const USAGE = 252;
const SERVICE_ERROR = 254;
const FAILURE = 255;

class Refusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
  }
}

/** `--name value` pairs after the operation; the last word of get-object stands alone. */
function options(words: readonly string[]): { named: Record<string, string>; positional: string[] } {
  const named: Record<string, string> = {};
  const positional: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word.startsWith("--")) {
      named[word.slice(2)] = words[index + 1] ?? "";
      index += 1;
    } else positional.push(word);
  }
  return { named, positional };
}

/** The caller is known by the access key; the twin's endpoint does not check the signature itself. */
function authorization(environment: Environment): Record<string, string> {
  const scope = `${environment.AWS_ACCESS_KEY_ID}/20260101/${environment.AWS_REGION}/s3/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${"0".repeat(64)}`,
    "x-amz-security-token": environment.AWS_SESSION_TOKEN ?? "",
    "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
  };
}

function send(
  environment: Environment,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<Answer> {
  if (environment.AWS_ENDPOINT_URL === undefined) throw new Refusal(USAGE, "AWS_ENDPOINT_URL is not set");
  const { hostname, port } = new URL(environment.AWS_ENDPOINT_URL);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        hostname,
        port,
        method,
        path,
        headers: { ...authorization(environment), ...headers, "content-length": body?.length ?? 0 },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    call.on("error", reject);
    call.end(body);
  });
}

function refuseError(operation: string, answer: Answer): void {
  if (answer.status < 300) return;
  const text = answer.body.toString();
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? String(answer.status);
  const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? text.slice(0, 300);
  throw new Refusal(
    SERVICE_ERROR,
    `An error occurred (${code}) when calling the ${operation} operation: ${message}`,
  );
}

const objectPath = (named: Record<string, string>): string =>
  `/${named.bucket}/${(named.key ?? "").split("/").map(encodeURIComponent).join("/")}`;

/** `--query NAME --output text` prints one field, as the AWS CLI does; without it the whole answer as JSON. */
const printed = (named: Record<string, string>, { headers }: Answer): string => {
  const fields: Record<string, unknown> = { ETag: headers.etag, VersionId: headers["x-amz-version-id"] };
  if (named.query === undefined) return `${JSON.stringify(fields, null, 4)}\n`;
  return `${String(fields[named.query] ?? "None")}\n`;
};

async function getObject(words: readonly string[], directory: string, environment: Environment) {
  const { named, positional } = options(words);
  const version = named["version-id"];
  const query = version === undefined ? "" : `?versionId=${encodeURIComponent(version)}`;
  const answer = await send(environment, "GET", `${objectPath(named)}${query}`, {});
  refuseError("GetObject", answer);
  const [outfile] = positional;
  if (outfile === undefined) throw new Refusal(USAGE, "get-object: the outfile is missing");
  writeFileSync(resolvePath(directory, outfile), answer.body);
  return printed(named, answer);
}

async function putObject(words: readonly string[], directory: string, environment: Environment) {
  const { named } = options(words);
  const headers: Record<string, string> = {};
  const encryption = named["server-side-encryption"];
  const key = named["ssekms-key-id"];
  if (encryption !== undefined) headers["x-amz-server-side-encryption"] = encryption;
  if (key !== undefined) headers["x-amz-server-side-encryption-aws-kms-key-id"] = key;
  const body = readFileSync(resolvePath(directory, named.body ?? ""));
  const answer = await send(environment, "PUT", objectPath(named), headers, body);
  refuseError("PutObject", answer);
  return printed(named, answer);
}

const OPERATIONS = new Map([
  ["s3api get-object", getObject],
  ["s3api put-object", putObject],
]);

/** One call of `aws`; never throws. */
export const runAws: Command = async (words, directory, environment): Promise<CommandResult> => {
  const [service, operation, ...rest] = words;
  try {
    const run = OPERATIONS.get(`${service} ${operation}`);
    if (run === undefined)
      throw new Refusal(
        USAGE,
        `aws ${service} ${operation}: not a command that this build needs; it is not simulated`,
      );
    return { code: 0, stdout: await run(rest, directory, environment), stderr: "" };
  } catch (error) {
    const code = error instanceof Refusal ? error.code : FAILURE;
    return { code, stdout: "", stderr: `\n${(error as Error).message}\n` };
  }
};
