import { DefinitionError } from "./errors.ts";

/** How the state waits for what it has called. */
export type Pattern = "request-response" | "sync" | "sync:2" | "task-token";

/** A Task's `Resource`, understood. `arn` is the text of the definition. */
export type Resource =
  | { readonly kind: "lambda"; readonly arn: string }
  | { readonly kind: "activity"; readonly arn: string }
  | {
      readonly kind: "service";
      readonly arn: string;
      /** As the history shows it: `lambda`, `codebuild`, `aws-sdk:s3`. */
      readonly resourceType: string;
      /** As the history shows it: `invoke`, `startBuild.sync`, `invoke.waitForTaskToken`. */
      readonly resource: string;
      /** The API action without the pattern: `startBuild`. */
      readonly action: string;
      readonly pattern: Pattern;
    };

const PATTERNS: Record<string, Pattern> = {
  "": "request-response",
  ".sync": "sync",
  ".sync:2": "sync:2",
  ".waitForTaskToken": "task-token",
};

const SERVICE = /^arn:[^:]+:states:::((?:aws-sdk:)?[a-z0-9-]+):([A-Za-z0-9]+)(\.[A-Za-z0-9:]+)?$/;

/**
 * What a `Resource` means; throws DefinitionError when it is none of AWS's three forms.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
 */
export function parseResource(arn: string, location: string): Resource {
  const service = SERVICE.exec(arn);
  if (service) {
    const [, resourceType = "", action = "", suffix = ""] = service;
    const pattern = PATTERNS[suffix];
    if (!pattern) throw new DefinitionError(location, `unknown integration pattern '${suffix}'`);
    return { kind: "service", arn, resourceType, resource: `${action}${suffix}`, action, pattern };
  }
  if (/^arn:[^:]+:lambda:[^:]+:[^:]+:function:/.test(arn)) return { kind: "lambda", arn };
  if (/^arn:[^:]+:states:[^:]+:[^:]+:activity:/.test(arn)) return { kind: "activity", arn };
  throw new DefinitionError(location, `unknown resource '${arn}'`);
}

/** Whether an answer comes through a task token, so that heartbeats mean something. */
export function usesTaskToken(resource: Resource): boolean {
  return resource.kind === "activity" || (resource.kind === "service" && resource.pattern === "task-token");
}
