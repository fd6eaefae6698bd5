import { Effect, ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Layer } from "../../catalogue/define-layers.ts";
import { ControlPlaneRole } from "../control-plane-role.ts";
import type { Encryption } from "../encryption.ts";
import { acknowledgeWildcards, type Grant, grant, statementOf } from "../grants.ts";
import type { Names } from "../names.ts";
import type { Stores } from "../stores.ts";
import type { TerraformSource } from "../terraform-source.ts";
import { buildGrants } from "./build-grants.ts";
import { layerGrants } from "./layer-grants.ts";

export interface LayerRoleProps {
  readonly names: Names;
  readonly layer: Layer;
  /** Names of the layers whose outputs it reads. */
  readonly upstream: readonly string[];
  readonly mode: "plan" | "apply";
  readonly source: TerraformSource;
  readonly stores: Stores;
  readonly encryption: Encryption;
  readonly boundaryArn: string;
}

/** Characters of a managed policy, white space not counted, are at most 6,144; a reserve for tokens' real length. */
const POLICY_CHARACTERS = 5_000;

/** The role of one layer's plan builds or apply builds. */
export class LayerRole extends ControlPlaneRole {
  constructor(scope: Construct, id: string, props: LayerRoleProps) {
    const { names, layer, mode, source, boundaryArn } = props;
    super(scope, id, {
      names,
      purpose: `${mode}-${layer.name}`,
      service: "codebuild.amazonaws.com",
      description: mode === "plan" ? `Plans ${layer.name}: reads` : `Applies reviewed plans of ${layer.name}`,
    });
    grant(this, ...buildGrants(props));
    if (mode === "apply") this.addToPolicy(outOfReach(props));
    const grants = layerGrants(source, mode === "plan" ? "read" : "change", names, boundaryArn);
    packGrants(grants).forEach((part, index) => {
      const policy = new ManagedPolicy(this, `Layer${index + 1}`, {
        description: `What the Terraform of ${layer.name} needs, part ${index + 1}`,
        statements: part.map(statementOf),
        roles: [this],
      });
      acknowledgeWildcards(policy, part);
    });
  }
}

/** Whatever else is allowed, an apply never touches what watches over it. */
function outOfReach({ names, stores, encryption, boundaryArn }: LayerRoleProps): PolicyStatement {
  return new PolicyStatement({
    sid: "ControlPlaneIsOutOfReach",
    effect: Effect.DENY,
    actions: [
      "iam:CreatePolicyVersion",
      "iam:DeletePolicy*",
      "iam:DeleteRolePermissionsBoundary",
      "iam:SetDefaultPolicyVersion",
      "kms:CreateGrant",
      "kms:Disable*",
      "kms:PutKeyPolicy",
      "kms:ScheduleKeyDeletion",
      "s3:DeleteBucket*",
      "s3:Put*Configuration",
      "s3:PutBucket*",
    ],
    resources: [
      boundaryArn,
      names.globalArn("iam", `role/${names.role("*")}`),
      encryption.data.keyArn,
      encryption.plans.keyArn,
      stores.state.bucketArn,
      stores.artefacts.bucketArn,
    ],
  });
}

/** What the CDK puts in place of what only CloudFormation knows; numbered by everything that was made before it. */
const TOKENS = /\$\{Token\[[^\]]*\]\}/g;

/** As long as an account's number, a region or a partition is at most. */
const RESOLVED = "x".repeat(14);

/** The same, whatever else the app is made of: a role's policies must not change with another construct. */
const lengthOf = (grant: Grant): number => JSON.stringify(grant).replaceAll(TOKENS, RESOLVED).length;

/** Spreads the statements over as few policies as hold them. */
export function packGrants(grants: readonly Grant[]): Grant[][] {
  const parts: { grants: Grant[]; characters: number }[] = [];
  for (const each of grants.flatMap(splitLong)) {
    const characters = lengthOf(each);
    const part = parts.find((candidate) => candidate.characters + characters <= POLICY_CHARACTERS);
    if (part) {
      part.grants.push(each);
      part.characters += characters;
    } else parts.push({ grants: [each], characters });
  }
  return parts.map((part) => part.grants);
}

function splitLong(each: Grant): Grant[] {
  if (lengthOf(each) <= POLICY_CHARACTERS) return [each];
  const half = Math.ceil(each.actions.length / 2);
  return [
    ...splitLong({ ...each, actions: each.actions.slice(0, half) }),
    ...splitLong({ ...each, actions: each.actions.slice(half) }),
  ];
}
