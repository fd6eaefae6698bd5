import { Aws } from "aws-cdk-lib";
import type { CheckMachine } from "../run/proof.ts";

/** Names in AWS, by environment. Terraform's layers and the operator's runbook rely on them. */
export interface Names {
  readonly environment: string;
  readonly cluster: string;
  readonly stateMachine: string;
  /** A machine beside the pipeline. */
  checkMachine(machine: CheckMachine): string;
  readonly boundary: string;
  readonly stateBucket: string;
  readonly artefactBucket: string;
  planProject(layer: string): string;
  applyProject(layer: string): string;
  handler(name: string): string;
  /**
   * A role of the control plane. Roles made by Terraform are called `<env>-…`, and apply roles may change
   * those; so the control plane's own roles must never begin like that.
   */
  role(purpose: string): string;
  /** ARN in this stack's account and region. */
  arn(service: string, resource: string): string;
  /** ARN of a service whose resources have no region. */
  globalArn(service: string, resource: string): string;
}

export function namesOf(environment: string): Names {
  return {
    environment,
    cluster: environment,
    stateMachine: `${environment}-pipeline`,
    checkMachine: (machine) => `${environment}-${machine}`,
    boundary: `${environment}-platform-boundary`,
    stateBucket: `${environment}-state-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
    artefactBucket: `${environment}-artefacts-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
    planProject: (layer) => `${environment}-plan-${layer}`,
    applyProject: (layer) => `${environment}-apply-${layer}`,
    handler: (name) => `${environment}-${name}`,
    role: (purpose) => `strata-${environment}-${purpose}`,
    arn: (service, resource) => `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`,
    globalArn: (service, resource) => `arn:${Aws.PARTITION}:${service}::${Aws.ACCOUNT_ID}:${resource}`,
  };
}
