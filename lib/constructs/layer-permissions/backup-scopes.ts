import { Aws } from "aws-cdk-lib";
import type { Names } from "../names.ts";
import type { Scopes } from "./scope.ts";

/** AWS Backup: its vaults by name, its plans by ids that it gives them. */
export function backupScopes(names: Names): Scopes {
  const env = names.environment;
  return {
    backup: [
      {
        actions: /Vault/,
        resources: [`arn:${Aws.PARTITION}:backup:*:${Aws.ACCOUNT_ID}:backup-vault:${env}*`],
        because:
          "Vaults of this environment; the one that takes the copies is in a region of the operator's choice.",
      },
      {
        actions: /:(ListTags|TagResource|UntagResource)$/,
        resources: [`backup-vault:${env}*`, "backup-plan:*"].map(
          (each) => `arn:${Aws.PARTITION}:backup:*:${Aws.ACCOUNT_ID}:${each}`,
        ),
        because: "Vaults of this environment, and plans, whose ARNs end with an id.",
      },
      {
        actions: /./,
        resources: [names.arn("backup", "backup-plan:*")],
        because: "A plan's ARN ends with an id that it gets when it is made.",
      },
    ],
    "backup-storage": [
      {
        actions: /./,
        resources: ["*"],
        because: "Mounting a vault's storage knows no resource.",
      },
    ],
  };
}
