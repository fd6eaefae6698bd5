/**
 * The `aws` on a build's PATH in the twin: the subcommands that our buildspecs use, against the endpoint in
 * AWS_ENDPOINT_URL. Whatever else is asked of it is refused with exit code 252, as the AWS CLI refuses what it
 * does not know. One file without imports from the project, because it is started once per call.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** Exit codes of the AWS CLI: 252 wrong usage, 254 the service answered with an error. */
const USAGE = 252;
const SERVICE_ERROR = 254;

function leave(code: number, message: string): never {
  process.stderr.write(`\n${message}\n`);
  process.exit(code);
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
function authorization(): Record<string, string> {
  const scope = `${process.env.AWS_ACCESS_KEY_ID}/20260101/${process.env.AWS_REGION}/s3/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${"0".repeat(64)}`,
    "x-amz-security-token": process.env.AWS_SESSION_TOKEN ?? "",
    "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
  };
}

function send(method: string, path: string, headers: Record<string, string>, body?: Buffer): Promise<Answer> {
  const url = new URL(process.env.AWS_ENDPOINT_URL ?? leave(USAGE, "AWS_ENDPOINT_URL is not set"));
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: url.hostname,
        port: url.port,
        method,
        path,
        headers: { ...authorization(), ...headers, "content-length": body?.length ?? 0 },
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
  leave(SERVICE_ERROR, `An error occurred (${code}) when calling the ${operation} operation: ${message}`);
}

const objectPath = (named: Record<string, string>): string =>
  `/${named.bucket}/${(named.key ?? "").split("/").map(encodeURIComponent).join("/")}`;

/** `--query NAME --output text` prints one field, as the AWS CLI does; without it the whole answer as JSON. */
function print(named: Record<string, string>, fields: Record<string, unknown>): void {
  if (named.query === undefined) process.stdout.write(`${JSON.stringify(fields, null, 4)}\n`);
  else process.stdout.write(`${String(fields[named.query] ?? "None")}\n`);
}

async function getObject(words: readonly string[]): Promise<void> {
  const { named, positional } = options(words);
  const version = named["version-id"];
  const query = version === undefined ? "" : `?versionId=${encodeURIComponent(version)}`;
  const answer = await send("GET", `${objectPath(named)}${query}`, {});
  refuseError("GetObject", answer);
  writeFileSync(positional[0] ?? leave(USAGE, "get-object: the outfile is missing"), answer.body);
  print(named, { ETag: answer.headers.etag, VersionId: answer.headers["x-amz-version-id"] });
}

async function putObject(words: readonly string[]): Promise<void> {
  const { named } = options(words);
  const headers: Record<string, string> = {};
  const encryption = named["server-side-encryption"];
  const key = named["ssekms-key-id"];
  if (encryption !== undefined) headers["x-amz-server-side-encryption"] = encryption;
  if (key !== undefined) headers["x-amz-server-side-encryption-aws-kms-key-id"] = key;
  const answer = await send("PUT", objectPath(named), headers, readFileSync(named.body ?? ""));
  refuseError("PutObject", answer);
  print(named, { ETag: answer.headers.etag, VersionId: answer.headers["x-amz-version-id"] });
}

const [service, operation, ...rest] = process.argv.slice(2);
if (service === "s3api" && operation === "get-object") await getObject(rest);
else if (service === "s3api" && operation === "put-object") await putObject(rest);
else leave(USAGE, `aws ${service} ${operation}: not a command that this build needs; it is not simulated`);
