import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { TargetsExpectation } from "./expectation.ts";
import type { Target, TargetsFacts } from "./facts.ts";

/**
 * Ten scrapes at the usual interval of 30 s: a Prometheus that has stopped scraping shows its last answers for ever.
 */
const STALE_MILLISECONDS = 5 * 60_000;

/** Running pods that nobody measures look like health; so do monitors that select nothing. */
export function judgeTargets(
  { targets }: TargetsFacts,
  { namespace, service, monitors }: TargetsExpectation,
  now: Date,
): Finding[] {
  const ask = question("targets-found", `Prometheus ${namespace}/${service}`, "targets that it scrapes");
  if (!targets.read) return [ask.unknown(targets.problem)];
  if (targets.value === null) return [ask.pending("there is no such Service")];
  const all = targets.value;
  if (all.length === 0) return [ask.pending("none")];
  const wanted = monitors.map((monitor) => `serviceMonitor/${monitor}/`);
  const others = all.filter(({ scrapePool }) => !wanted.some((pool) => scrapePool.startsWith(pool)));
  return [
    ask.pass(`${all.length}`),
    ...monitors.map((monitor, index) =>
      judgeMonitor(
        monitor,
        all.filter(({ scrapePool }) => scrapePool.startsWith(wanted[index] ?? monitor)),
        now,
      ),
    ),
    judgeOthers(others, `${namespace}/${service}`, now),
  ];
}

function judgeMonitor(monitor: string, targets: readonly Target[], now: Date): Finding {
  const ask = question("targets-up", `ServiceMonitor ${monitor}`, "at least one target, all of them up");
  if (targets.length === 0) return ask.pending("no target: it selects nothing, or is not selected itself");
  const problem = firstProblem(targets, now);
  return problem ? ask.pending(problem) : ask.pass(`${targets.length} up`);
}

/** What is scraped beyond that may come and go with what it belongs to. */
function judgeOthers(targets: readonly Target[], prometheus: string, now: Date): Finding {
  const ask = question("targets-up", `other targets of ${prometheus}`, "all of them up", "warning");
  const problem = firstProblem(targets, now);
  return problem ? ask.fail(problem) : ask.pass(`${targets.length} up`);
}

function firstProblem(targets: readonly Target[], now: Date): string | undefined {
  const ill = targets.filter((target) => whatIsWrong(target, now) !== undefined);
  const [first] = ill;
  return (
    first && `${ill.length} of ${targets.length} are not: ${first.scrapeUrl}: ${whatIsWrong(first, now)}`
  );
}

function whatIsWrong({ health, lastError, lastScrape }: Target, now: Date): string | undefined {
  if (health === "unknown") return "not scraped yet";
  if (health !== "up") return lastError || health;
  const age = now.getTime() - Date.parse(lastScrape ?? "");
  return age > STALE_MILLISECONDS ? `last scraped at ${lastScrape}` : undefined;
}
