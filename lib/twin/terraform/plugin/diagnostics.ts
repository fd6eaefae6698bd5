import { AwsError } from "../../aws/contract.ts";
import { type Attributes, ProviderError } from "../contract.ts";

export interface Diagnostic {
  severity: "ERROR" | "WARNING";
  summary: string;
  detail: string;
  attribute?: { steps: { attribute_name?: string; element_key_string?: string; element_key_int?: number }[] };
}

/**
 * Creating or updating failed after the resource came into being: terraform keeps `state` and, if it was
 * being created, marks it tainted.
 */
export class HalfAppliedError extends ProviderError {
  readonly state: Attributes;
  constructor(summary: string, state: Attributes) {
    super(summary);
    this.name = "HalfAppliedError";
    this.state = state;
  }
}

/** A number is an index, the first string and any string after it an attribute. */
const pathOf = (attribute: readonly (string | number)[]): NonNullable<Diagnostic["attribute"]> => ({
  steps: attribute.map((step) =>
    typeof step === "number" ? { element_key_int: step } : { attribute_name: step },
  ),
});

/** A `Status` of a Kubernetes API server that somebody threw. */
const isKubernetesStatus = (error: unknown): error is { message: string; reason?: string } =>
  typeof error === "object" && error !== null && (error as { kind?: unknown }).kind === "Status";

/** What terraform shows for an error, expected or not: a provider never crashes a build. */
export function diagnosticOf(error: unknown): Diagnostic {
  if (error instanceof ProviderError) {
    const [summary = "", ...rest] = error.message.split("\n");
    const diagnostic: Diagnostic = { severity: "ERROR", summary, detail: rest.join("\n") };
    return error.attribute ? { ...diagnostic, attribute: pathOf(error.attribute) } : diagnostic;
  }
  if (error instanceof AwsError)
    return { severity: "ERROR", summary: `${error.code}: ${error.message}`, detail: "" };
  if (isKubernetesStatus(error))
    return { severity: "ERROR", summary: error.message, detail: error.reason ?? "" };
  const message = error instanceof Error ? error.message : String(error);
  const where = error instanceof Error ? (error.stack?.split("\n")[1]?.trim() ?? "") : "";
  return { severity: "ERROR", summary: `The twin's provider failed: ${message}`, detail: where };
}
