import { conditionThatIs, wordsOf } from "./conditions.ts";
import { fieldsOf, listOf, type Subject, textOf } from "./subject.ts";
import { failed, type Health, healthy, progressing } from "./verdict.ts";

/** Reasons of a waiting container that do not pass by themselves; the kubelet's other errors end in "Error". */
const STUCK = /^(CrashLoopBackOff|ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName)$|Error$/;

/** Argo CD's: this pod may run for ever though its restart policy says that it ends. */
const RUNS_FOR_EVER = "argocd.argoproj.io/ignore-restart-policy";
const HOOK = "argocd.argoproj.io/hook";

/** Neither Argo CD nor kstatus looks at init containers; a pod whose init container cannot start never starts. */
const containersOf = ({ status }: Subject): Record<string, unknown>[] => [
  ...listOf(status, "initContainerStatuses"),
  ...listOf(status, "containerStatuses"),
];

function stuckContainer(pod: Subject): string | undefined {
  for (const container of containersOf(pod)) {
    const waiting = fieldsOf(fieldsOf(container, "state"), "waiting");
    const reason = textOf(waiting, "reason");
    if (!reason || !STUCK.test(reason)) continue;
    return `container ${String(container.name)}: ${reason}${waiting.message ? `: ${String(waiting.message)}` : ""}`;
  }
  return undefined;
}

/** The first container that ended, was started again, and is not ready. */
const restarted = (pod: Subject): Record<string, unknown> | undefined =>
  containersOf(pod).find(
    (container) =>
      container.ready === false && "exitCode" in fieldsOf(fieldsOf(container, "lastState"), "terminated"),
  );

export function judgePod(pod: Subject): Health {
  const phase = textOf(pod.status, "phase");
  if (phase === "Succeeded") return healthy("it has run to its end");
  if (phase === "Failed")
    return failed(textOf(pod.status, "message") ?? textOf(pod.status, "reason") ?? "its phase is Failed");
  const stuck = stuckContainer(pod);
  if (stuck) return failed(stuck);
  if (phase !== "Running") {
    const unscheduled = conditionThatIs(pod.conditions, "PodScheduled", "False");
    return progressing(unscheduled ? wordsOf(unscheduled) : `its phase is ${phase ?? "not set"}`);
  }
  return judgeRunning(pod);
}

function judgeRunning(pod: Subject): Health {
  const policy = textOf(pod.spec, "restartPolicy") ?? "Always";
  const endless = policy === "Always" || (RUNS_FOR_EVER in pod.annotations && !(HOOK in pod.annotations));
  if (!endless) return progressing("it runs towards its end");
  if (conditionThatIs(pod.conditions, "Ready", "True")) return healthy("it runs and is ready");
  const again = restarted(pod);
  if (again) return failed(`container ${String(again.name)} ended, was started again and is not ready`);
  const no = conditionThatIs(pod.conditions, "Ready", "False");
  return progressing(no ? wordsOf(no) : "it is not ready");
}
