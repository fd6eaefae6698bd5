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

/**
 * Pods that cannot start, init containers included. A running pod is its controller's business, and a finished
 * one (a Job's) is nobody's. Only problems are reported: undefined is none.
 */
export function judgePod(pod: Pod): Finding | undefined {
  const { metadata, status } = pod;
  if (metadata.deletionTimestamp || status?.phase === "Succeeded") return undefined;
  if (status?.phase === "Failed") return judgeFailed(pod);
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const container of containers) {
    const finding = judgeContainer(pod, container);
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

/** Crashes may heal once what a container waits for is there, so the deadline decides on them. */
const isBad = (reason: string): boolean =>
  reason.startsWith("Err") || reason.endsWith("Error") || reason.endsWith("BackOff");
