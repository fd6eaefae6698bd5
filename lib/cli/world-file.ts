import { readFileSync } from "node:fs";
import * as z from "zod";
import type { WorldSnapshot } from "../twin/world/world.ts";
import { writeWhole } from "./output-files.ts";
import { UsageError } from "./usage-error.ts";

const FORMAT = "strata-world/1";

const JsonSchema = z.json();

const WorldFileSchema = z.strictObject({
  format: z.literal(FORMAT),
  world: z.strictObject({
    now: z.int().nonnegative(),
    seed: z.int(),
    drawn: z.int().nonnegative(),
    collections: z.record(z.string(), z.record(z.string(), JsonSchema)),
    pending: z.array(z.strictObject({ at: z.number(), topic: z.string(), data: JsonSchema })),
  }),
});

/** The saved world, or undefined if there is no such file. A file that is no world is refused, and left as it is. */
export function loadWorld(path: string): WorldSnapshot | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UsageError(`--world ${path} cannot be read: ${(error as Error).message}. Nothing was started.`);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw refusal(path, text.trim() === "" ? "it is empty" : "it is not JSON");
  }
  const parsed = WorldFileSchema.safeParse(content);
  if (parsed.success) return parsed.data.world;
  throw refusal(path, problemOf(content, parsed.error));
}

export function saveWorld(path: string, world: WorldSnapshot): void {
  writeWhole(path, `${JSON.stringify({ format: FORMAT, world })}\n`);
}

/** The error of a file that is not a world which this version can go on with. */
export function refusal(path: string, problem: string): UsageError {
  return new UsageError(
    `--world ${path} is not a world that this version can load: ${problem}. The file was left as it is; name another one, or delete it to start from an empty world. Nothing was started.`,
  );
}

function problemOf(content: unknown, error: z.ZodError): string {
  const format = typeof content === "object" && content !== null ? Reflect.get(content, "format") : undefined;
  if (format === undefined) return `it has no "format", which every world file begins with`;
  if (format !== FORMAT)
    return `its format is ${JSON.stringify(format)}, and this version knows only "${FORMAT}"${isNewer(format) ? "; a newer one has saved it" : ""}`;
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "the file"}: ${issue?.message ?? "unknown problem"}`;
}

function isNewer(format: unknown): boolean {
  const version = /^strata-world\/(\d+)$/.exec(String(format))?.[1];
  return version !== undefined && Number(version) > 1;
}
