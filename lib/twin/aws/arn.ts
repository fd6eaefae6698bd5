/** The account's own user, before whom no policy stands. */
export const rootArn = (accountId: string): string => `arn:aws:iam::${accountId}:root`;

export const isRoot = (arn: string): boolean => arn.endsWith(":root");

/** `name` of `arn:aws:iam::<account>:role/<path>/<name>`. */
export const roleName = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf("/") + 1);

/** The account in an ARN, "" where the service leaves it out (S3). */
export const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

/** The ARN under which AWS names the caller in messages, in GetCallerIdentity and in CloudTrail. */
export function callerArn(principal: { roleArn: string; sessionName: string }): string {
  if (isRoot(principal.roleArn)) return principal.roleArn;
  const account = accountOf(principal.roleArn);
  return `arn:aws:sts::${account}:assumed-role/${roleName(principal.roleArn)}/${principal.sessionName}`;
}
