import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { ConfigurationSchema } from "../configuration/schema.ts";
import { readCdkJson } from "./cdk-json.ts";
import { UsageError } from "./usage-error.ts";

const run = promisify(execFile);

export interface PinnedTerraform {
  readonly version: string;
  /** By `<os>_<arch>` as HashiCorp names its downloads, e.g. linux_amd64. */
  readonly sha256: Readonly<Record<string, string>>;
}

const CdkJsonSchema = z.looseObject({
  context: z.looseObject({ strata: z.looseObject({ terraform: ConfigurationSchema.shape.terraform }) }),
});

/** The version and checksums that cdk.json pins; the rest of the configuration is judged by the synth. */
export async function pinnedTerraform(root: string): Promise<PinnedTerraform> {
  const parsed = CdkJsonSchema.safeParse(readCdkJson(root));
  if (parsed.success) return parsed.data.context.strata.terraform;
  throw new UsageError(`${join(root, "cdk.json")}: ${z.prettifyError(parsed.error)}\nNothing was started.`);
}

const platform = (): string => `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

/** Terraform answers in a tenth of a second; what does not answer at all is not it. */
const VERSION_TIMEOUT_MILLISECONDS = 10_000;

async function versionOf(binary: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(binary, ["version"], {
      env: { ...process.env, CHECKPOINT_DISABLE: "1" },
      timeout: VERSION_TIMEOUT_MILLISECONDS,
    });
    return /^Terraform v(\S+)/m.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Directory of a terraform of exactly the pinned version: one on the PATH, one fetched earlier, or HashiCorp's
 * own download, whose sha256 must be the pinned one.
 */
export async function terraformDirectory(pinned: PinnedTerraform, cache: string): Promise<string> {
  const found: string[] = [];
  for (const directory of [join(cache, pinned.version), ...(process.env.PATH ?? "").split(delimiter)]) {
    if (!directory) continue;
    const version = await versionOf(join(directory, "terraform"));
    if (version === pinned.version) return directory;
    if (version !== undefined) found.push(`${join(directory, "terraform")} is ${version}`);
  }
  const problem = found.length > 0 ? found.join(", ") : "none is on the PATH";
  return await download(pinned, join(cache, pinned.version), problem);
}

async function download(pinned: PinnedTerraform, directory: string, problem: string): Promise<string> {
  const expected = pinned.sha256[platform()];
  const name = `terraform_${pinned.version}_${platform()}.zip`;
  const url = `https://releases.hashicorp.com/terraform/${pinned.version}/${name}`;
  const advice = `Strata runs your layers with terraform ${pinned.version}, and ${problem}.`;
  const remedy = `Install exactly that version: unpack ${url} into a directory of your PATH. (Version and checksums are pinned in cdk.json, strata.terraform.) Nothing was started.`;
  if (expected === undefined)
    throw new UsageError(
      `${advice} No checksum is pinned for ${platform()}, so it was not fetched. ${remedy}`,
    );
  let zip: Buffer;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    zip = Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw new UsageError(`${advice} It could not be fetched here: ${reasonOf(error)}. ${remedy}`);
  }
  const sha256 = createHash("sha256").update(zip).digest("hex");
  if (sha256 !== expected)
    throw new UsageError(
      `${url} has sha256 ${sha256}, but ${expected} is pinned in cdk.json. It was not used, and nothing was started.`,
    );
  await unpack(zip, directory, name, remedy);
  return directory;
}

/** `fetch failed` alone says nothing; its cause does (ENOTFOUND, ECONNREFUSED). */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause?.code === undefined ? message : `${message} (${cause.code})`;
}

async function unpack(zip: Buffer, directory: string, name: string, remedy: string): Promise<void> {
  const archive = join(dirname(directory), `${name}.${process.pid}`);
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(archive, zip);
    await run("unzip", ["-q", "-o", archive, "terraform", "-d", directory]);
    await chmod(join(directory, "terraform"), 0o755);
  } catch (error) {
    throw new UsageError(`${name} was fetched, but not unpacked: ${(error as Error).message}. ${remedy}`);
  } finally {
    await rm(archive, { force: true });
  }
}
