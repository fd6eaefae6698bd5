# What AWS Load Balancer Controller may do, for the one load balancer of this environment: what it makes must bear its
# cluster's tag, and it may change and delete only what does. @see the controller's own policy for the calls

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  arn_prefix = {
    ec2                  = "arn:${data.aws_partition.current.partition}:ec2:${var.region}:${data.aws_caller_identity.current.account_id}"
    elasticloadbalancing = "arn:${data.aws_partition.current.partition}:elasticloadbalancing:${var.region}:${data.aws_caller_identity.current.account_id}"
  }

  alb_resources = {
    balancer = "${local.arn_prefix.elasticloadbalancing}:loadbalancer/app/${local.alb.name}/*"
    listener = "${local.arn_prefix.elasticloadbalancing}:listener/app/${local.alb.name}/*/*"
    rule     = "${local.arn_prefix.elasticloadbalancing}:listener-rule/app/${local.alb.name}/*/*/*"

    # Their names begin with this one and those of namespace and Service.
    targets = "${local.arn_prefix.elasticloadbalancing}:targetgroup/k8s-*/*"
    groups  = "${local.arn_prefix.ec2}:security-group/*"
  }

  cluster_mark = "elbv2.k8s.aws/cluster"
}

data "aws_iam_policy_document" "load_balancer_controller" {
  # Describe calls know no narrower resource.
  statement {
    sid = "Look"
    actions = [
      "ec2:DescribeAccountAttributes",
      "ec2:DescribeAddresses",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeInstances",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeTags",
      "ec2:DescribeVpcs",
      "elasticloadbalancing:DescribeListenerAttributes",
      "elasticloadbalancing:DescribeListenerCertificates",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeSSLPolicies",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ]
    resources = ["*"]
  }

  statement {
    sid = "MakeMarked"
    actions = [
      "ec2:CreateSecurityGroup",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:CreateRule",
      "elasticloadbalancing:CreateTargetGroup",
    ]
    resources = values(local.alb_resources)

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.cluster_mark}"
      values   = [local.foundation.cluster_name]
    }
  }

  # A group is made in a VPC, which bears no mark.
  statement {
    sid = "MakeGroupsInTheVpc"
    actions = [
      "ec2:CreateSecurityGroup",
      "ec2:GetSecurityGroupsForVpc",
    ]
    resources = ["${local.arn_prefix.ec2}:vpc/${local.foundation.vpc_id}"]
  }

  statement {
    sid = "MarkWhatIsMade"
    actions = [
      "ec2:CreateTags",
      "elasticloadbalancing:AddTags",
    ]
    resources = values(local.alb_resources)

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.cluster_mark}"
      values   = [local.foundation.cluster_name]
    }
  }

  statement {
    sid = "ChangeMarked"
    actions = [
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateTags",
      "ec2:DeleteSecurityGroup",
      "ec2:DeleteTags",
      "ec2:RevokeSecurityGroupIngress",
      "elasticloadbalancing:AddListenerCertificates",
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteRule",
      "elasticloadbalancing:DeleteTargetGroup",
      "elasticloadbalancing:DeregisterTargets",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyListenerAttributes",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyRule",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:RegisterTargets",
      "elasticloadbalancing:RemoveListenerCertificates",
      "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetIpAddressType",
      "elasticloadbalancing:SetRulePriorities",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
    ]
    resources = values(local.alb_resources)

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.cluster_mark}"
      values   = [local.foundation.cluster_name]
    }
  }

  # The way from the load balancer to the pods leads through the group that EKS gave the nodes.
  statement {
    sid = "OpenTheNodes"
    actions = [
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:RevokeSecurityGroupIngress",
    ]
    resources = [local.alb_resources.groups]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/kubernetes.io/cluster/${local.foundation.cluster_name}"
      values   = ["owned"]
    }
  }

  statement {
    sid       = "FirstLoadBalancerOfTheAccount"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["elasticloadbalancing.amazonaws.com"]
    }
  }
}

module "load_balancer_controller_role" {
  source = "../../modules/irsa-role"
  count  = local.has_alb ? 1 : 0

  name                     = "${var.environment}-load-balancer-controller"
  description              = "Makes and changes the load balancer of ${var.environment}."
  oidc_provider_arn        = local.foundation.oidc_provider_arn
  oidc_issuer              = local.foundation.oidc_issuer
  pod_identity_cluster     = local.foundation.pod_identity ? local.foundation.cluster_name : null
  namespace                = "edge"
  service_account          = local.alb.service_account
  policy                   = data.aws_iam_policy_document.load_balancer_controller.json
  permissions_boundary_arn = var.control_plane.permissions_boundary_arn
}
