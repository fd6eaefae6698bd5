import type { Finding } from "../../run/finding.ts";
import { describeCondition } from "../objects.ts";
import { question } from "../question.ts";
import type { Pod } from "./facts.ts";

/**
 * Reasons that name a wrong image: no wait mends them. ErrImagePull is the first attempt's and may be a hiccup of
 * the registry; the kubelet calls it ImagePullBackOff once it has failed again.
 * @see kubelet pkg/kubelet/images/types.go
 */
const WRONG_IMAGE: readonly string[] = ["ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"];

type ContainerStatus = NonNullable<Pod["status"]>["containerStatuses"][number];

const subjectOf = ({ metadata }: Pod): string => `Pod ${metadata.namespace}/${metadata.name}`;

/** A pod that was started again this often … */
const RESTARTS = 3;
/** … and lives for no longer than this is between two crashes: the kubelet waits 5 min at most before the next. */
const SETTLED_MILLISECONDS = 2 * 60_000;

/**
 * Pods that cannot start, init containers included, and such as only look as if they ran. Any other running pod is
 * its controller's business, and a finished one (a Job's) is nobody's. Only problems are reported: undefined is none.
 */
export function judgePod(pod: Pod, now: Date): Finding | undefined {
  const { metadata, status } = pod;
  if (metadata.deletionTimestamp || status?.phase === "Succeeded") return undefined;
  if (status?.phase === "Failed") return judgeFailed(pod);
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const container of containers) {
    const finding = judgeContainer(pod, container) ?? judgeRestarts(pod, container, now);
    if (finding) return finding;
  }
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  const ask = question("pod-starts", subjectOf(pod), "a node takes it");
  return ask.pending(describeCondition(scheduled, "PodScheduled"));
}

/** Left behind by an eviction, say: its controller has made another, so it is worth a word and no more. */
function judgeFailed(pod: Pod): Finding {
  const ask = question("pod-starts", subjectOf(pod), "containers start", "warning");
  return ask.fail(`Failed ${pod.status?.reason ?? ""}`.trim());
}

function judgeContainer(pod: Pod, container: ContainerStatus): Finding | undefined {
  const { reason = "", message = "" } = container.state?.waiting ?? {};
  const ask = question("pod-starts", subjectOf(pod), "containers start");
  if (WRONG_IMAGE.includes(reason)) {
    const wanted = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
    const image =
      wanted.find(({ name }) => name === container.name)?.image ?? container.image ?? "(not named)";
    return ask.fail(
      `${reason} of image ${image}`,
      `${subjectOf(pod)}: container ${container.name} cannot pull image ${image} (${reason}). ${message}`.trim(),
    );
  }
  return isBad(reason) ? ask.pending(`${container.name}: ${reason} ${message}`.trim()) : undefined;
}

/** Ready between two crashes, which its Deployment counts as available. */
function judgeRestarts(
  pod: Pod,
  { name, restartCount, state }: ContainerStatus,
  now: Date,
): Finding | undefined {
  const startedAt = state?.running?.startedAt;
  if (restartCount < RESTARTS || !startedAt) return undefined;
  if (now.getTime() - Date.parse(startedAt) >= SETTLED_MILLISECONDS) return undefined;
  const ask = question("pod-starts", subjectOf(pod), "stays up for 2 min");
  return ask.pending(`${name}: started ${restartCount + 1} times, last at ${startedAt}`);
}

/** Crashes may heal once what a container waits for is there, so the deadline decides on them. */
const isBad = (reason: string): boolean =>
  reason.startsWith("Err") || reason.endsWith("Error") || reason.endsWith("BackOff");
