/**
 * `npm run conformance:health -- DIR`: judges objects of upstream projects' own tests and compares with the
 * verdicts that those give. Skipped are kinds without a rule, and differences that are meant (deviations.ts).
 * Exit code 1 if anything else differs, or if there is no case.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { deviationFor, KIND_WITHOUT_RULE } from "./deviations.ts";
import { healthOf } from "./health-of.ts";
import { ruleOf } from "./rules.ts";

const CaseSchema = z.looseObject({
  id: z.string(),
  group: z.string(),
  kind: z.string(),
  tier: z.string().optional(),
  object: z.unknown(),
  now: z.union([z.string(), z.number()]).optional(),
  expected: z.looseObject({ verdict: z.string(), acceptable: z.array(z.string()).nullish() }),
});
export type Case = z.infer<typeof CaseSchema>;

export interface Outcome {
  readonly id: string;
  readonly result: "passed" | "failed" | "skipped";
  readonly reason?: string;
}

/** Upstream's tests read the clock; a case that names no instant does not depend on one. */
const instantOf = ({ now }: Case): number =>
  now === undefined ? Date.now() : typeof now === "number" ? now : Date.parse(now);

export function judgeCase(recorded: Case): Outcome {
  const { id, group, kind, tier, object, expected } = recorded;
  if (tier !== "generic" && !ruleOf(group, kind))
    return { id, result: "skipped", reason: `no rule for ${group}/${kind}` };
  const { verdict, reason } = healthOf(object, instantOf(recorded));
  if ([expected.verdict, ...(expected.acceptable ?? [])].includes(verdict)) return { id, result: "passed" };
  const judgedKind = ruleOf(group, kind) ? kind : KIND_WITHOUT_RULE;
  const deviation = deviationFor(id.split("/")[0] ?? "", judgedKind, expected.verdict, verdict);
  const difference = `expected ${expected.verdict}, judged ${verdict} (${reason})`;
  return deviation
    ? { id, result: "skipped", reason: `${difference}; on purpose: ${deviation.reason}` }
    : { id, result: "failed", reason: difference };
}

/** Case files: those of DIR/cases if it exists, else every JSON file of DIR that holds a list. */
function casesIn(directory: string): Case[] {
  const cases = join(directory, "cases");
  const folder = existsSync(cases) && statSync(cases).isDirectory() ? cases : directory;
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .flatMap((name) => {
      const content: unknown = JSON.parse(readFileSync(join(folder, name), "utf8"));
      const list = z.union([z.array(CaseSchema), z.object({ cases: z.array(CaseSchema) })]).parse(content);
      return Array.isArray(list) ? list : list.cases;
    });
}

/** Judges every case, writes what is not passed, and returns the exit code. */
export function main(directory: string, write: (line: string) => void): number {
  const outcomes = casesIn(directory).map(judgeCase);
  for (const { id, result, reason } of outcomes)
    if (result !== "passed") write(`${result}: ${id}: ${reason}`);
  const count = (result: Outcome["result"]) => outcomes.filter((each) => each.result === result).length;
  write(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
  return count("failed") > 0 || outcomes.length === 0 ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [directory] = process.argv.slice(2);
  if (!directory) throw new Error("usage: npm run conformance:health -- DIRECTORY");
  process.exitCode = main(directory, (line) => console.log(line));
}
