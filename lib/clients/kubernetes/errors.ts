import type { Place, Resource } from "./resources.ts";

/**
 * Why the API server's answer could not be used. Its message is fit for a finding: no token, no object, and no text
 * of an answer's body, in which a proxy may repeat a header.
 */
export class KubernetesError extends Error {
  /** HTTP status; 0 when there was no answer at all. */
  readonly status: number;
  /** Silence may end; a certificate that cannot be trusted stays what it is for as long as a look lasts. */
  readonly isSilence: boolean;
  constructor(status: number, message: string, isSilence = false) {
    super(message);
    this.name = "KubernetesError";
    this.status = status;
    this.isSilence = isSilence;
  }
}

const MEANING: Readonly<Record<number, string>> = {
  400: "was refused as malformed",
  401: "was refused: the API server does not know this role (is there an access entry for it?)",
  403: "is forbidden: this role's groups have no such right in the cluster",
  404: "is not served: there is no such resource (is its CRD installed?)",
  410: "expired again and again while it was being paged through",
  429: "was throttled",
};

/** What was asked: `list deployments.apps in namespace shop`, `get node "one"`. */
export function inWords(verb: "get" | "list", resource: Resource, { namespace, name }: Place): string {
  const kind = resource.group ? `${resource.resource}.${resource.group}` : resource.resource;
  return [
    verb,
    kind,
    ...(name ? [`"${name}"`] : []),
    namespace ? `in namespace ${namespace}` : "of the whole cluster",
  ].join(" ");
}

/** The problem in words that name verb and resource. */
export function refused(question: string, status: number): KubernetesError {
  return new KubernetesError(status, `${question} ${MEANING[status] ?? `failed with HTTP ${status}`}`);
}
