import type { Conditions } from "aws-cdk-lib/aws-iam";

/** Where a group of actions of one service may be used, and why no narrower. The first that fits counts. */
export interface Scope {
  readonly actions: RegExp;
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
  readonly because: string;
}

/** By service prefix of the actions. */
export type Scopes = Readonly<Record<string, readonly Scope[]>>;

export const LIST_CALLS = "Calls that list or describe know no resources.";
