/** Whether a restore brought all of what the backup lists, nothing else, and nowhere else. */
import { question } from "../gates/question.ts";
import type { Finding } from "../run/finding.ts";
import { messagesOf, type ResourceList, type Restore, type Results } from "./objects.ts";
import { isNeverRestored } from "./sandbox.ts";
import type { Target } from "./settings.ts";

/** @see velero `velero restore create --wait` */
const ENDED = ["FailedValidation", "Completed", "PartiallyFailed", "Failed"];
export const hasEnded = ({ status }: Restore): boolean => ENDED.includes(status?.phase ?? "New");

/** A restore that goes on: it may, until the deadline. */
export function judgeProgress({ metadata, status }: Restore): Finding {
  const ask = question("restore-complete", `Restore ${metadata.name}`, "Completed");
  return ask.pending(`${status?.phase ?? "New"} since ${status?.startTimestamp ?? "(not begun)"}`);
}

export interface RestoreFacts {
  readonly restore: Restore;
  readonly results: Results | undefined;
  /** `v1/Pod` → `namespace/name(created)`, as Velero wrote it beside the restore. */
  readonly restored: ResourceList | undefined;
  readonly backedUp: ResourceList;
}

export function judgeRestore(facts: RestoreFacts, target: Target): Finding[] {
  const complete = judgeComplete(facts);
  if (!facts.restored || complete.status !== "pass") return [complete, ...judgeWarnings(facts)];
  return [
    complete,
    ...judgeWarnings(facts),
    judgeWithin(facts.restored, target),
    ...judgeContents(facts.backedUp, facts.restored, target),
  ];
}

function judgeComplete({ restore, results }: RestoreFacts): Finding {
  const { metadata, status } = restore;
  const ask = question("restore-complete", `Restore ${metadata.name}`, "Completed, without errors");
  const { phase = "New", errors = 0, failureReason, validationErrors = [] } = status ?? {};
  const hooksFailed = status?.hookStatus?.hooksFailed ?? 0;
  if (phase === "Completed" && errors === 0 && hooksFailed === 0) return ask.pass(phase);
  const [first] = messagesOf(results?.errors);
  const why = [first, failureReason, ...validationErrors].filter(Boolean).join("; ");
  return ask.fail(
    `${phase}, ${errors} errors`,
    `Restore ${metadata.name} ended ${phase} with ${errors} errors: ${why || "Velero gives no reason"}`,
  );
}

/** What every namespace has anew, so that the backup's own is skipped. */
const MADE_ANEW = /(ConfigMap "kube-root-ca\.crt"|ServiceAccount "default") already exists/;

/** A warning is something that was not restored. Which are harmless is known by name; any other is not. */
function judgeWarnings({ restore, results }: RestoreFacts): Finding[] {
  const unknown = messagesOf(results?.warnings).filter((message) => !MADE_ANEW.test(message));
  const ask = question(
    "restore-without-warnings",
    `Restore ${restore.metadata.name}`,
    "no warning but the known ones",
  );
  const [first] = unknown;
  return [
    first === undefined
      ? ask.pass("none")
      : ask.fail(
          `${unknown.length}`,
          `${unknown.length} of its warnings are not known to be harmless, the first: ${first}`,
        ),
  ];
}

/** Volumes come with their claims and have no namespace; all else must be in the sandbox. */
function judgeWithin(restored: ResourceList, { sandbox }: Target): Finding {
  const outside = Object.entries(restored).flatMap(([kind, entries]) =>
    kind === "v1/PersistentVolume"
      ? []
      : entries
          .filter(
            (entry) =>
              !entry.startsWith(`${sandbox}/`) &&
              !(kind === "v1/Namespace" && entry.startsWith(`${sandbox}(`)),
          )
          .map((entry) => `${kind} ${entry}`),
  );
  const ask = question("restore-within-sandbox", `restore into ${sandbox}`, "nothing outside of it");
  const [first] = outside;
  return first === undefined
    ? ask.pass("nothing")
    : ask.fail(`${outside.length} objects, the first ${first}`);
}

/** Not compared one by one: what ended is not restored, the others are made anew by whoever they belong to. */
const OF_CONTROLLERS = [
  "v1/Pod",
  "batch/v1/Job",
  "v1/Endpoints",
  "discovery.k8s.io/v1/EndpointSlice",
  "v1/Event",
  "events.k8s.io/v1/Event",
];

function judgeContents(backedUp: ResourceList, restored: ResourceList, target: Target): Finding[] {
  const findings: Finding[] = [];
  for (const [kind, entries] of Object.entries(backedUp)) {
    const names = entries
      .filter((entry) => entry.startsWith(`${target.namespace}/`))
      .map((entry) => entry.slice(target.namespace.length + 1));
    if (names.length === 0 || OF_CONTROLLERS.includes(kind) || isNeverRestored(kind)) continue;
    findings.push(judgeKind(kind, names, restored[kind] ?? [], target));
  }
  const ask = question("restore-whole", `restore into ${target.sandbox}`, "what the backup lists");
  return findings.length > 0 ? findings : [ask.fail("the backup lists nothing of the namespace")];
}

function judgeKind(
  kind: string,
  names: readonly string[],
  entries: readonly string[],
  { sandbox }: Target,
): Finding {
  const ask = question("restore-whole", `${kind} in ${sandbox}`, `${names.length} as the backup lists them`);
  const actions = new Map(
    entries.flatMap((entry) => {
      const [, name = "", action = ""] = /^[^/]+\/(.+)\((\w+)\)$/.exec(entry) ?? [];
      return [[name, action] as const];
    }),
  );
  const wrong = names.filter((name) => !isThere(kind, name, actions.get(name)));
  const [first] = wrong;
  if (first === undefined) return ask.pass(`${names.length}`);
  return ask.fail(`${names.length - wrong.length}: ${first} ${actions.get(first) ?? "is missing"}`);
}

const isThere = (kind: string, name: string, action: string | undefined): boolean =>
  action === "created" ||
  action === "updated" ||
  (action === "skipped" && MADE_ANEW.test(`${kind.split("/").at(-1)} "${name}" already exists`));
