import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import { unpullableImage } from "../../../kubernetes/controllers/pods/image-faults.ts";
import { COLLECTIONS } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import type { Attributes, ProviderContext, Value } from "../../contract.ts";
import { nameOf, namespaceOf } from "./metadata.ts";
import { REQUEST_MILLISECONDS, WaitFailed } from "./object-type.ts";

/** EBS volume created, attached and mounted: 15 s (8–40). @see docs/latencies.md, "Kubernetes and services" */
const VOLUME_MILLISECONDS = 15_000;
/** Image pull and pod start: 12 s (3–60). @see docs/latencies.md */
const POD_MILLISECONDS = 12_000;
/** What a Job works once it runs: 5 s (estimate). @see docs/latencies.md */
const JOB_MILLISECONDS = 5_000;
/** The provider's own limits: claims 5 minutes, rollouts and jobs ten. */
const CLAIM_TIMEOUT_MINUTES = 5;
const ROLLOUT_TIMEOUT_MINUTES = 10;

const isMap = (value: Value | undefined): value is Attributes =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const only = (value: Value | undefined): Attributes => {
  const item = Array.isArray(value) ? value[0] : value;
  return isMap(item) ? item : {};
};

function storageClass(world: World, cluster: string, name: Value | undefined): KubernetesObject | undefined {
  const objects = world.collection<KubernetesObject>(COLLECTIONS.kubernetesObjects);
  const prefix = `${cluster}/storage.k8s.io/v1/StorageClass/-/`;
  if (typeof name === "string" && name !== "") return objects.get(prefix + name);
  return objects
    .entries()
    .find(
      ([key, one]) =>
        key.startsWith(prefix) &&
        (one.metadata.annotations as { [key: string]: string } | undefined)?.[
          "storageclass.kubernetes.io/is-default-class"
        ] === "true",
    )?.[1];
}

/**
 * A claim whose class waits for its first pod is never bound while terraform waits for it: the well-known trap of
 * `wait_until_bound`, whose default is true.
 */
export function claimLasts(planned: Attributes, context: ProviderContext, cluster: string): number {
  if (planned.wait_until_bound === false) return REQUEST_MILLISECONDS;
  const found = storageClass(context.world, cluster, only(planned.spec).storage_class_name);
  if (found?.volumeBindingMode === "Immediate") return VOLUME_MILLISECONDS;
  throw new WaitFailed(
    `timeout while waiting for state to become 'Bound' (last state: 'Pending', timeout: ${CLAIM_TIMEOUT_MINUTES}m0s)`,
    CLAIM_TIMEOUT_MINUTES * 60_000,
  );
}

const containers = (planned: Attributes): Attributes[] => {
  const spec = only(only(only(planned.spec).template).spec);
  return [
    ...(Array.isArray(spec.init_container) ? spec.init_container : []),
    ...(Array.isArray(spec.container) ? spec.container : []),
  ].filter(isMap);
};

function failIfUnpullable(planned: Attributes, context: ProviderContext): void {
  const images = containers(planned).map((container) => String(container.image ?? ""));
  if (images.some((image) => unpullableImage(context.world, image)))
    throw new WaitFailed(
      `Waiting for rollout to finish: ${namespaceOf(planned)}/${nameOf(planned)}: 0 of 1 updated replicas are available...`,
      ROLLOUT_TIMEOUT_MINUTES * 60_000,
    );
}

/** Pods of a StatefulSet start one after the other; a volume each, if it claims one. */
export function rolloutLasts(planned: Attributes, context: ProviderContext): number {
  if (planned.wait_for_rollout === false) return REQUEST_MILLISECONDS;
  failIfUnpullable(planned, context);
  const spec = only(planned.spec);
  const claims = Array.isArray(spec.volume_claim_template) && spec.volume_claim_template.length > 0;
  const oneByOne =
    Array.isArray(spec.volume_claim_template) && typeof spec.replicas === "string"
      ? Number(spec.replicas)
      : 1;
  return Math.max(1, oneByOne) * (POD_MILLISECONDS + (claims ? VOLUME_MILLISECONDS : 0));
}

export function jobLasts(planned: Attributes, context: ProviderContext): number {
  if (planned.wait_for_completion === false) return REQUEST_MILLISECONDS;
  failIfUnpullable(planned, context);
  return POD_MILLISECONDS + JOB_MILLISECONDS;
}
