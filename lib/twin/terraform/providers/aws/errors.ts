import { createHash } from "node:crypto";
import { AwsError } from "../../../aws/contract.ts";
import { ProviderError } from "../../contract.ts";

/** What a type is called in messages, and which calls it makes. */
export interface Naming {
  /** As the provider writes it: "EKS Node Group". */
  readonly title: string;
  /** The SDK's service id: "EKS". */
  readonly service: string;
  readonly calls: {
    readonly create: string;
    readonly read: string;
    readonly update: string;
    readonly delete: string;
  };
}

export type Phase = keyof Naming["calls"];

const VERBS: Record<Phase, string> = {
  create: "creating",
  read: "reading",
  update: "updating",
  delete: "deleting",
};

/** Errors for which the SDK for Go has no type of its own, so that it says "api error". */
const isGeneric = (code: string): boolean =>
  /^(AccessDenied|Unauthorized|Invalid[A-Z]\w+\.|Dependency)/.test(code);

const requestId = (seed: string): string => {
  const digits = createHash("sha256").update(seed).digest("hex");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
};

/** An API error in the words of the provider, which wraps those of the SDK. */
export function providerError(
  error: AwsError,
  naming: Naming,
  phase: Phase,
  label: string,
  call = naming.calls[phase],
): ProviderError {
  const id = requestId(`${naming.service} ${call} ${label} ${error.message}`);
  const kind = isGeneric(error.code) ? "api error " : "";
  return new ProviderError(
    `${VERBS[phase]} ${naming.title} (${label}): operation error ${naming.service}: ${call}, ` +
      `https response error StatusCode: ${error.status}, RequestID: ${id}, ${kind}${error.code}: ${error.message}`,
  );
}

/** Does `work`; an API error becomes the provider's. */
export function inWordsOf<T>(naming: Naming, phase: Phase, label: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AwsError) throw providerError(error, naming, phase, label);
    throw error;
  }
}
