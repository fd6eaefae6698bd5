import { readFileSync } from "node:fs";
import { AwsError } from "../../../aws/contract.ts";
import type { Attributes, ProviderContext } from "../../contract.ts";
import { blocks, text } from "./attributes.ts";
import { type Naming, type Phase, providerError } from "./errors.ts";

type Actions = Record<Phase, string[] | undefined>;

const permissions = new URL("../../../../permissions/", import.meta.url);
const readTable = <T>(file: string): Record<string, T> =>
  JSON.parse(readFileSync(new URL(file, permissions), "utf8")) as Record<string, T>;

const ACTIONS = readTable<Actions>("actions.json");
const DATA_SOURCE_ACTIONS = readTable<string[]>("data-sources.json");

/** Not API actions: a pattern, or the name of an access log line. */
const isAction = (action: string): boolean => !action.includes("*") && !/:REST\./.test(action);

/** Attributes that hold the role that the service is told to use; `iam:PassRole` is about that role. */
const PASSED_ROLES = ["role_arn", "node_role_arn", "iam_role_arn", "service_account_role_arn"];
const KEYS = ["kms_key_id", "kms_key_arn", "kms_master_key_id", "key_arn", "key_id"];

const firstOf = (values: Attributes, names: readonly string[]): string =>
  names.map((name) => text(values, name)).find((value) => value !== "") ?? "";

const keyOf = (values: Attributes): string => {
  const nested = blocks(values, "encryption_config").flatMap((config) => blocks(config, "provider"));
  return [values, ...nested].map((place) => firstOf(place, KEYS)).find((value) => value !== "") ?? "";
};

/** The resource that an action is about; undefined: the call is not made for these values. */
function resourceOf(action: string, type: string, own: string, values: Attributes): string | undefined {
  if (action === "iam:PassRole" || (action === "iam:GetRole" && !type.startsWith("aws_iam_")))
    return firstOf(values, PASSED_ROLES) || undefined;
  if (action.startsWith("kms:") && !type.startsWith("aws_kms_")) return keyOf(values) || undefined;
  if (action === "route53:GetChange") return "arn:aws:route53:::change/*";
  const service = own.split(":")[2];
  return service === action.slice(0, action.indexOf(":")).toLowerCase() ? own : "*";
}

export interface Asked {
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
    const resource = resourceOf(action, type, arn, values);
    if (resource === undefined) continue;
    try {
      context.aws.authorize(context.principal, action, resource);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const call = action.slice(action.indexOf(":") + 1);
      // An API refuses with 403 whatever status the emulator's own protocol uses.
      throw providerError(new AwsError(error.code, error.message, 403), naming, phase, label, call);
    }
  }
}

/** The same for a data source. */
export function permitReading(context: ProviderContext, type: string, naming: Naming, label: string): void {
  for (const action of DATA_SOURCE_ACTIONS[type] ?? []) {
    try {
      context.aws.authorize(context.principal, action, "*");
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const call = action.slice(action.indexOf(":") + 1);
      throw providerError(new AwsError(error.code, error.message, 403), naming, "read", label, call);
    }
  }
}
