import type { Names } from "../names.ts";
import { backupScopes } from "./backup-scopes.ts";
import { computeScopes } from "./compute-scopes.ts";
import { edgeScopes } from "./edge-scopes.ts";
import { iamScopes } from "./iam-scopes.ts";
import { parameterScopes } from "./parameter-scopes.ts";
import type { Scopes } from "./scope.ts";
import { storageScopes } from "./storage-scopes.ts";
import { watchScopes } from "./watch-scopes.ts";

/**
 * Scopes of every service that a layer's Terraform may use. A service that is missing here fails the synth:
 * whoever adds a resource type says where its actions may be used.
 */
export const scopesOf = (names: Names, boundaryArn: string): Scopes => ({
  ...computeScopes(names),
  ...edgeScopes(names),
  ...storageScopes(names),
  ...parameterScopes(names),
  ...watchScopes(names),
  ...backupScopes(names),
  iam: iamScopes(names, boundaryArn),
});
