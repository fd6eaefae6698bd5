import { createHash } from "node:crypto";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import { type Condition, withConditions } from "../engine/conditions.ts";
import { type Fields, mapsAt } from "../engine/fields.ts";

type State = "creating" | "running" | "completed" | { readonly reason: string; readonly message: string };

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
  if (state === "completed") {
    const terminated = { exitCode: 0, reason: "Completed", startedAt: at, finishedAt: at, containerID };
    return {
      ...common,
      ready: true,
      started: false,
      imageID: imageId(image),
      containerID,
      state: { terminated },
    };
  }
  const waiting =
    state === "creating" ? { reason: "ContainerCreating" } : { reason: state.reason, message: state.message };
  return { ...common, ready: false, started: false, imageID: "", state: { waiting } };
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
  const waiting = typeof state === "object";
  const { podIP } = place;
  return {
    phase: ready ? "Running" : state === "completed" ? "Succeeded" : "Pending",
    startTime: (pod.status as Fields | undefined)?.startTime ?? at,
    hostIP: place.hostIP,
    hostIPs: [{ ip: place.hostIP }],
    ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    conditions: conditions(
      pod,
      ready,
      state === "completed" ? undefined : containers.map(({ name }) => String(name)),
      now,
    ),
    ...(init.length > 0
      ? {
          initContainerStatuses: init.map((one) =>
            containerStatus(
              pod,
              one,
              ready || state === "completed" || waiting ? "completed" : "creating",
              at,
            ),
          ),
        }
      : {}),
    containerStatuses: containers.map((one) => containerStatus(pod, one, state, at)),
  };
}
