import type { ApiObject } from "../../api/api-object.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { annotationsOf, mapsAt } from "../engine/fields.ts";

/** Image pull and pod start: 12 s (3–60). @see docs/latencies.md, "Kubernetes and services" */
export const START_MILLISECONDS = 12_000;
/** The same with the image on the node already: 3 s, the low end. */
const CACHED_MILLISECONDS = 3_000;
const TRACKING = "argocd.argoproj.io/tracking-id";

/** Key: `<cluster>/<image>`. Images that a pod has started from; nodes are not told apart. */
const PULLED = "controllers.pulled-images";

const imagesOf = (pod: ApiObject): string[] =>
  mapsAt(pod, "spec", "containers").map(({ image }) => String(image));

export function rememberImages(pod: ApiObject, { client, world }: ReconcileContext): void {
  const pulled = world.collection<{ at: number }>(PULLED);
  for (const image of imagesOf(pod)) pulled.set(`${client.cluster}/${image}`, { at: world.clock.now() });
}

/**
 * How long a pod takes from its place on a node to running. The pods of an Argo CD application start at one instant,
 * and a kubelet pulls one image after another (`serializeImagePulls`): in turn, so that the first sync of Online
 * Boutique's twelve services takes the 2m30s of docs/latencies.md, "Argo CD first sync". Helm's charts are small
 * enough for the figures of their own installs.
 */
export function startLatency(pod: ApiObject, { client, world }: ReconcileContext): number {
  const pulled = world.collection<{ at: number }>(PULLED);
  if (imagesOf(pod).every((image) => pulled.has(`${client.cluster}/${image}`))) return CACHED_MILLISECONDS;
  const tracked = client
    .list("apps/v1", "Deployment", pod.metadata.namespace)
    .filter((one) => annotationsOf(one)[TRACKING] !== undefined);
  const place = tracked.findIndex((one) => pod.metadata.name.startsWith(`${one.metadata.name}-`));
  return START_MILLISECONDS * (1 + Math.max(0, place));
}
