import { access, constants, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import * as z from "zod";
import type { WorldSnapshot } from "../twin/world/world.ts";
import { UsageError } from "./usage-error.ts";

const JsonSchema = z.json();

const WorldFileSchema = z.strictObject({
  format: z.literal("strata-world/1"),
  world: z.strictObject({
    now: z.int().nonnegative(),
    seed: z.int(),
    drawn: z.int().nonnegative(),
    collections: z.record(z.string(), z.record(z.string(), JsonSchema)),
    pending: z.array(z.strictObject({ at: z.number(), topic: z.string(), data: JsonSchema })),
  }),
});

const missing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

/** The saved world, or undefined if there is no such file. A file that is no world is refused, and left as it is. */
export async function loadWorld(path: string): Promise<WorldSnapshot | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (missing(error)) return undefined;
    throw new UsageError(`the world file ${path} cannot be read: ${(error as Error).message}`);
  }
  const refuse = (problem: string): UsageError =>
    new UsageError(
      `${path} is not a world that this version can load: ${problem}. It was left as it is; name another file, or delete it to start from an empty world.`,
    );
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  const parsed = WorldFileSchema.safeParse(content);
  if (parsed.success) return parsed.data.world;
  const [issue] = parsed.error.issues;
  throw refuse(`${issue?.path.join(".") || "the file"}: ${issue?.message ?? "unknown problem"}`);
}

/** Written beside the target and renamed, so that a crash leaves the old world whole. */
export async function saveWorld(path: string, world: WorldSnapshot): Promise<void> {
  await writeWhole(path, `${JSON.stringify({ format: "strata-world/1", world })}\n`);
}

/** Replaces a file in one step. */
export async function writeWhole(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new UsageError(`${path} cannot be written: ${(error as Error).message}`);
  }
}

/** Asked before anything starts, so that a run of many seconds does not end in "permission denied". */
export async function refuseUnwritable(path: string, option: string): Promise<void> {
  const directory = dirname(resolve(path));
  try {
    await access(directory, constants.W_OK);
  } catch (error) {
    throw new UsageError(
      `${option} ${path}: ${missing(error) ? `the directory ${directory} does not exist` : `no permission to write in ${directory}`}. Nothing was started.`,
    );
  }
  try {
    await access(path, constants.W_OK);
  } catch (error) {
    if (!missing(error))
      throw new UsageError(`${option} ${path}: no permission to write it. Nothing was started.`);
  }
}
