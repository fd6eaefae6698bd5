import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Names } from "./names.ts";

export interface ControlPlaneRoleProps {
  readonly names: Names;
  /** Ends the role's name: `strata-<env>-<purpose>`. */
  readonly purpose: string;
  /** e.g. `lambda.amazonaws.com`. */
  readonly service: string;
  readonly description: string;
}

/** A role of the control plane, under a name that no Terraform layer may touch. It begins with no rights. */
export class ControlPlaneRole extends Role {
  constructor(scope: Construct, id: string, props: ControlPlaneRoleProps) {
    super(scope, id, {
      roleName: props.names.role(props.purpose),
      assumedBy: new ServicePrincipal(props.service),
      description: props.description,
    });
  }
}
