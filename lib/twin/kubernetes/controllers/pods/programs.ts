import { type ApiObject, timestamp } from "../../api/api-object.ts";
import { canaryIn } from "../backups/volumes.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapsAt, textAt } from "../engine/fields.ts";
import { commandOf } from "./output.ts";

/** How a command ended, with what it wrote to its termination log. */
export interface Outcome {
  readonly exitCode: number;
  readonly message: string;
}

/**
 * What a pod's first container does, for the few commands whose end matters; undefined for all others, which run.
 * - `/scripts/verify.sh` and, in a namespace that is not the canary's home, `/scripts/write.sh`: say whether the
 *   volume's file is whole, as terraform/resilience/canary does;
 * - `false`, `exit 3` as the last word of a script: fails so;
 * - `wget … http://<service>/…`: succeeds if the service of the namespace has a ready pod behind it.
 */
export function outcomeOf(pod: ApiObject, context: ReconcileContext): Outcome | undefined {
  const [container] = mapsAt(pod, "spec", "containers");
  const words = commandOf(container);
  if (words.includes("/scripts/verify.sh")) return verify(pod, context);
  if (words.includes("/scripts/write.sh") && !isAtHome(pod, container)) {
    const verdict = verify(pod, context);
    return verdict.exitCode === 0 ? undefined : verdict;
  }
  const end = /(?:^|[;&\s])(?:exit\s+(\d+)|(false))\s*$/.exec(words);
  if (end) return { exitCode: end[2] ? 1 : Number(end[1]), message: "" };
  const [, service = ""] = /wget [^|]*http:\/\/([a-z0-9-]+)[:/]/.exec(words) ?? [];
  return service === "" ? undefined : visit(pod, service, context);
}

const isAtHome = (pod: ApiObject, container: Fields | undefined): boolean =>
  mapsAt(container, "env").some(
    ({ name, value }) => name === "HOME_NAMESPACE" && value === pod.metadata.namespace,
  );

function verify(pod: ApiObject, context: ReconcileContext): Outcome {
  const claimName = mapsAt(pod, "spec", "volumes")
    .map((volume) => textAt(volume, "persistentVolumeClaim", "claimName"))
    .find((name) => name !== "");
  const claim = context.client.get("v1", "PersistentVolumeClaim", pod.metadata.namespace, claimName ?? "");
  const canary = claim && canaryIn(claim, context);
  if (!canary) return { exitCode: 1, message: "can't open /data/canary: no such file" };
  const { stated, actual, writtenAt } = canary;
  const written = timestamp(writtenAt);
  return stated === actual
    ? { exitCode: 0, message: `/data/canary: whole, written ${written}, sha256 ${actual}` }
    : { exitCode: 1, message: `/data/canary: ${actual} is not ${stated}, written ${written}` };
}

function visit(pod: ApiObject, service: string, { client }: ReconcileContext): Outcome {
  const ready = client
    .list("discovery.k8s.io/v1", "EndpointSlice", pod.metadata.namespace)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service)
    .flatMap((slice) => mapsAt(slice, "endpoints"))
    .some((endpoint) => (endpoint.conditions as Fields | undefined)?.ready !== false);
  return ready
    ? { exitCode: 0, message: "" }
    : { exitCode: 1, message: `wget: can't connect to remote host (${service}): Connection refused` };
}

/** Does the pod wait for files of a backup, as its first container says? */
export function awaitsFiles(pod: ApiObject, { client }: ReconcileContext): boolean {
  if (!mapsAt(pod, "spec", "initContainers").some(({ name }) => name === "restore-wait")) return false;
  const fills = client
    .list("velero.io/v1", "PodVolumeRestore")
    .filter((one) => textAt(one, "spec", "pod", "uid") === pod.metadata.uid);
  return fills.length === 0 || fills.some((one) => textAt(one, "status", "phase") !== "Completed");
}
