import type { Attributes, ProviderContext } from "../../contract.ts";
import { text } from "./attributes.ts";
import { findResource } from "./resource-store.ts";

/** Keys of IAM's condition context that a request carries. @see Service Authorization Reference, IAM and the services named */
type RequestContext = Record<string, string>;

/** The service that a type hands a role to: `iam:PassedToService`. */
const PASSED_TO: Readonly<Record<string, string>> = {
  aws_eks_cluster: "eks.amazonaws.com",
  aws_eks_node_group: "eks.amazonaws.com",
  aws_eks_addon: "eks.amazonaws.com",
  aws_eks_pod_identity_association: "pods.eks.amazonaws.com",
  aws_flow_log: "vpc-flow-logs.amazonaws.com",
  aws_s3_bucket_replication_configuration: "s3.amazonaws.com",
  aws_backup_selection: "backup.amazonaws.com",
};

const roleName = (reference: string): string => reference.slice(reference.lastIndexOf("/") + 1);

/** The boundary of the role that is made, or that a policy is put on. */
function boundaryOf(type: string, values: Attributes, { world }: ProviderContext): string {
  if (type === "aws_iam_role") return text(values, "permissions_boundary");
  const role = findResource(world, "aws_iam_role", roleName(text(values, "role")));
  return role === undefined ? "" : text(role, "permissions_boundary");
}

/** What IAM knows of the request beside its action and resource; a key without a value is not in the context. */
export function requestContext(
  action: string,
  type: string,
  values: Attributes,
  context: ProviderContext,
): RequestContext {
  if (action === "iam:PassRole") {
    const service = PASSED_TO[type];
    return service === undefined ? {} : { "iam:PassedToService": service };
  }
  if (!type.startsWith("aws_iam_role")) return {};
  const boundary = boundaryOf(type, values, context);
  return boundary === "" ? {} : { "iam:PermissionsBoundary": boundary };
}
