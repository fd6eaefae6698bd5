import { Aws } from "aws-cdk-lib";
import type { Names } from "../names.ts";
import { LIST_CALLS, type Scopes } from "./scope.ts";

/** Networks, machines and the cluster. */
export function computeScopes(names: Names): Scopes {
  const env = names.environment;
  const any = ["*"];
  return {
    ec2: [
      { actions: /:(Describe|Get|List|Search)/, resources: any, because: LIST_CALLS },
      {
        actions: /./,
        resources: [names.arn("ec2", "*/*"), `arn:${Aws.PARTITION}:ec2:${Aws.REGION}::image/*`],
        because:
          "Networks get their ids when they are made, and half of EC2's create calls take no tag that a condition could ask for; so: this account and region, and public images.",
      },
    ],
    eks: [
      {
        actions:
          /:(DescribeAddonVersions|DescribeAddonConfiguration|DescribeClusterVersions|List(Clusters|AccessPolicies))$/,
        resources: any,
        because: LIST_CALLS,
      },
      {
        actions: /./,
        resources: [
          names.arn("eks", `cluster/${names.cluster}`),
          ...["nodegroup", "addon", "access-entry", "podidentityassociation", "fargateprofile"].map((type) =>
            names.arn("eks", `${type}/${names.cluster}/*`),
          ),
        ],
        because: "Parts of this one cluster, whose ARNs AWS ends with an id.",
      },
    ],
    elasticloadbalancing: [
      { actions: /:Describe/, resources: any, because: LIST_CALLS },
      {
        actions: /./,
        resources: [names.arn("elasticloadbalancing", `*/${env}-*`)],
        because: "Load balancers and target groups of this environment; ARNs end with ids.",
      },
    ],
    autoscaling: [
      { actions: /:Describe/, resources: any, because: LIST_CALLS },
      {
        actions: /./,
        resources: [names.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/eks-*")],
        because: "Groups that EKS makes for node groups: it names them `eks-<node group>-<uuid>`.",
      },
    ],
  };
}
