import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./usage-error.ts";

/** Content of cdk.json; what it says is the synth's to judge. */
export function readCdkJson(root: string): unknown {
  const path = join(root, "cdk.json");
  try {
    return JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch (error) {
    const problem = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new UsageError(`${path} ${problem}: ${(error as Error).message}. Nothing was started.`);
  }
}
