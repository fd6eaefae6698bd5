import { readFileSync } from "node:fs";
import { AwsError } from "../../../aws/contract.ts";
import type { Attributes, ProviderContext } from "../../contract.ts";
import { actionResource } from "./action-resource.ts";
import { type Naming, type Phase, providerError } from "./errors.ts";
import { requestContext } from "./request-context.ts";

type Actions = Record<Phase, string[] | undefined>;

const permissions = new URL("../../../../permissions/", import.meta.url);
const readTable = <T>(file: string): Record<string, T> =>
  JSON.parse(readFileSync(new URL(file, permissions), "utf8")) as Record<string, T>;

const ACTIONS = readTable<Actions>("actions.json");
const DATA_SOURCE_ACTIONS = readTable<string[]>("data-sources.json");

/** Not API actions: a pattern, or the name of an access log line. */
const isAction = (action: string): boolean => !action.includes("*") && !/:REST\./.test(action);

interface Asked {
  readonly type: string;
  readonly naming: Naming;
  readonly phase: Phase;
  readonly label: string;
  /** The resource's own ARN, "*" where it has none yet. */
  readonly arn: string;
  readonly values: Attributes;
}

/** Throws in the provider's words unless the build's role may do all that the type needs in this phase. */
export function permit(context: ProviderContext, asked: Asked): void {
  const { type, naming, phase, label, arn, values } = asked;
  for (const action of (ACTIONS[type]?.[phase] ?? []).filter(isAction)) {
    const resource = actionResource({ action, type, own: arn, values }, context);
    if (resource === undefined) continue;
    try {
      const keys = requestContext(action, type, values, context);
      context.aws.authorize(context.principal, action, resource, keys);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const call = action.slice(action.indexOf(":") + 1);
      // An API refuses with 403 whatever status the emulator's own protocol uses.
      throw providerError(new AwsError(error.code, error.message, 403), naming, phase, label, call);
    }
  }
}

/** Finds a resource by going through all of its kind, which no policy can narrow. */
const LISTS_ALL = /^route53:ListHostedZones(ByName)?$/;

/** The same for a data source; `resource` is what it reads, where AWS lets a policy name it. */
export function permitReading(
  context: ProviderContext,
  type: string,
  naming: Naming,
  label: string,
  resource: string,
): void {
  for (const action of DATA_SOURCE_ACTIONS[type] ?? []) {
    try {
      context.aws.authorize(context.principal, action, LISTS_ALL.test(action) ? "*" : resource);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const call = action.slice(action.indexOf(":") + 1);
      throw providerError(new AwsError(error.code, error.message, 403), naming, "read", label, call);
    }
  }
}
