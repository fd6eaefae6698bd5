import { createHash } from "node:crypto";
import { z } from "zod";
import { callerArn, isRoot, roleName } from "../arn.ts";
import { operation } from "../service.ts";

/** IAM's unique id of a role begins with AROA; the session's id is `<role id>:<session>`. */
function userId(principal: { roleArn: string; sessionName: string }, accountId: string): string {
  if (isRoot(principal.roleArn)) return accountId;
  const digits = createHash("sha256").update(roleName(principal.roleArn)).digest("hex").toUpperCase();
  return `AROA${digits.slice(0, 17)}:${principal.sessionName}`;
}

export const sts = {
  /** Needs no permission at all. @see STS API reference, GetCallerIdentity */
  GetCallerIdentity: operation(z.object({}), ({ principal, accountId }) => ({
    UserId: userId(principal, accountId),
    Account: accountId,
    Arn: callerArn(principal),
  })),
};
