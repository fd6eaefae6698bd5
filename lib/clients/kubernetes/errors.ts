/** Why the API server's answer could not be used. Its message is fit for a finding: no token, no object. */
export class KubernetesError extends Error {
  /** HTTP status; 0 when there was no answer at all. */
  readonly status: number;
  constructor(status: number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "KubernetesError";
    this.status = status;
  }
}

const MEANING: Readonly<Record<number, string>> = {
  400: "was refused as malformed",
  401: "was refused: the API server does not know this role (is there an access entry for it?)",
  403: "is forbidden: this role's group has no such right in the cluster",
  404: "is not served: there is no such resource (is its CRD installed?)",
  410: "expired while it was being paged through",
  429: "was throttled",
};

/** The problem in words that name verb and resource. */
export function refused(verb: "get" | "list", path: string, status: number): KubernetesError {
  const meaning = MEANING[status] ?? `failed with HTTP ${status}`;
  return new KubernetesError(status, `${verb} ${path} ${meaning}`);
}
