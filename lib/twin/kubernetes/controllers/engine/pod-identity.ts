import { resourcesOf } from "../../../terraform/providers/aws/resource-store.ts";
import { type AddonRecord, COLLECTIONS, type RoleRecord } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";

export interface PodsAccount {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The role that EKS Pod Identity gives to the pods of a service account: one that is associated with it and trusts
 * EKS's pods, handed out by the agent on the nodes. Undefined: they have none.
 */
export function podIdentityRole(world: World, { cluster, namespace, name }: PodsAccount): string | undefined {
  const agent = world.collection<AddonRecord>(COLLECTIONS.addons).get(`${cluster}/eks-pod-identity-agent`);
  if (agent?.status !== "ACTIVE") return undefined;
  const association = resourcesOf(world, "aws_eks_pod_identity_association").find(
    (values) =>
      values.cluster_name === cluster && values.namespace === namespace && values.service_account === name,
  );
  const arn = typeof association?.role_arn === "string" ? association.role_arn : undefined;
  const role = world.collection<RoleRecord>(COLLECTIONS.roles).get(arn?.split("/").at(-1) ?? "");
  return JSON.stringify(role?.assumeRolePolicy ?? "").includes("pods.eks.amazonaws.com") ? arn : undefined;
}
