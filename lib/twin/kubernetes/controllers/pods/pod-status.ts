import { createHash } from "node:crypto";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import { type Condition, withConditions } from "../engine/conditions.ts";
import { type Fields, mapsAt } from "../engine/fields.ts";

interface Waiting {
  readonly reason: string;
  readonly message: string;
  /** What the container wrote to its termination log before it was started again. */
  readonly lastWords?: string;
}
/** Containers that ran to their end, all with this exit code. */
interface Ended {
  readonly exitCode: number;
  readonly message: string;
}
type State = "creating" | "running" | Ended | Waiting;

const hasEnded = (state: State): state is Ended => typeof state === "object" && "exitCode" in state;

const imageId = (image: string): string => {
  const [name = image, digest] = image.split("@");
  return `${name}@${digest ?? `sha256:${createHash("sha256").update(image).digest("hex")}`}`;
};

function containerStatus(pod: ApiObject, container: Fields, state: State, at: string): Fields {
  const [name, image] = [String(container.name), String(container.image)];
  const common = { name, image, lastState: {}, restartCount: 0 };
  const containerID = `containerd://${createHash("sha256").update(`${pod.metadata.uid}/${name}`).digest("hex")}`;
  if (state === "running")
    return {
      ...common,
      ready: true,
      started: true,
      imageID: imageId(image),
      containerID,
      state: { running: { startedAt: at } },
    };
  if (hasEnded(state)) {
    const { exitCode, message } = state;
    const terminated = {
      exitCode,
      reason: exitCode === 0 ? "Completed" : "Error",
      ...(message === "" ? {} : { message }),
      startedAt: at,
      finishedAt: at,
      containerID,
    };
    return {
      ...common,
      ready: exitCode === 0,
      started: false,
      imageID: imageId(image),
      containerID,
      state: { terminated },
    };
  }
  const waiting =
    state === "creating" ? { reason: "ContainerCreating" } : { reason: state.reason, message: state.message };
  const lastWords = state === "creating" ? undefined : state.lastWords;
  const lastState =
    lastWords === undefined
      ? {}
      : { terminated: { exitCode: 1, reason: "Error", message: lastWords, startedAt: at, finishedAt: at } };
  return { ...common, lastState, ready: false, started: false, imageID: "", state: { waiting } };
}

const condition = (type: string, holds: boolean, reason = "", message = ""): Condition =>
  ({
    type,
    status: holds ? "True" : "False",
    ...(reason === "" ? {} : { reason }),
    ...(message === "" ? {} : { message }),
  }) as Condition;

function conditions(pod: ApiObject, ready: boolean, unready: string[] | undefined, now: number): Fields[] {
  const unreadyNames = `containers with unready status: [${unready?.join(" ")}]`;
  // Containers that ran to their end leave no name behind.
  const why = ready ? [] : unready ? ["ContainersNotReady", unreadyNames] : ["PodCompleted"];
  return withConditions(
    pod,
    now,
    condition("PodReadyToStartContainers", true),
    condition("Initialized", true),
    condition("Ready", ready, ...why),
    condition("ContainersReady", ready, ...why),
    condition("PodScheduled", true),
  );
}

/** What the kubelet has to say of a pod whose containers are all in one state. */
export function podStatus(
  pod: ApiObject,
  state: State,
  place: { readonly hostIP: string; readonly podIP: string | undefined },
  now: number,
): Fields {
  const at = timestamp(now);
  const containers = mapsAt(pod, "spec", "containers");
  const init = mapsAt(pod, "spec", "initContainers");
  const ready = state === "running";
  const ended = hasEnded(state);
  const waiting = typeof state === "object" && !ended;
  const { podIP } = place;
  return {
    phase: ready ? "Running" : ended ? (state.exitCode === 0 ? "Succeeded" : "Failed") : "Pending",
    startTime: (pod.status as Fields | undefined)?.startTime ?? at,
    hostIP: place.hostIP,
    hostIPs: [{ ip: place.hostIP }],
    ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    conditions: conditions(pod, ready, ended ? undefined : containers.map(({ name }) => String(name)), now),
    ...(init.length > 0
      ? {
          initContainerStatuses: init.map((one) =>
            containerStatus(
              pod,
              one,
              ready || ended || waiting ? { exitCode: 0, message: "" } : "creating",
              at,
            ),
          ),
        }
      : {}),
    containerStatuses: containers.map((one) => containerStatus(pod, one, state, at)),
  };
}
