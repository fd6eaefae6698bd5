variable "environment" {
  description = "Name of the environment; the cluster bears it, and every other name begins with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.environment))
    error_message = "environment must be 3 to 20 characters of a-z, 0-9 and -, beginning with a letter and not ending with a dash."
  }
}

variable "region" {
  description = "AWS region that holds everything of this environment."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS region code such as eu-central-1."
  }
}

variable "domain" {
  description = "DNS name of the environment; its public zone is made or looked up here."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.domain))
    error_message = "domain must be a lower-case DNS name without a trailing dot."
  }
}

variable "tags" {
  description = "Tags for every resource, beside the ones that the platform sets itself."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(key, "strata:") && !startswith(key, "aws:")])
    error_message = "tags must not begin with strata: or aws:, which are set by the platform and by AWS."
  }
}

variable "control_plane" {
  description = "The control plane that builds this environment: its network and the principals that reach the cluster."
  type = object({
    account_id               = string
    vpc_id                   = string
    vpc_cidr                 = string
    route_table_ids          = list(string)
    nat_address              = string
    security_group_ids       = list(string)
    permissions_boundary_arn = string
    principals = object({
      apply    = list(string)
      plan     = list(string)
      validate = list(string)
      restore  = optional(list(string), [])
    })
  })

  validation {
    condition     = can(regex("^[0-9]{12}$", var.control_plane.account_id))
    error_message = "control_plane.account_id must be a twelve-digit AWS account id."
  }

  validation {
    condition     = can(cidrhost(var.control_plane.vpc_cidr, 0)) && can(cidrhost("${var.control_plane.nat_address}/32", 0))
    error_message = "control_plane.vpc_cidr must be an IPv4 range and control_plane.nat_address an IPv4 address."
  }

  validation {
    condition     = length(var.control_plane.principals.apply) > 0
    error_message = "control_plane.principals.apply must name at least one role, or nothing could be installed in the cluster."
  }

  validation {
    condition = length(setintersection(
      concat(var.control_plane.principals.apply, var.control_plane.principals.plan),
      var.control_plane.principals.validate,
    )) == 0 && length(setintersection(var.control_plane.principals.apply, var.control_plane.principals.plan)) == 0
    error_message = "a principal has one access entry: it may apply, plan or validate, not two of them."
  }
}

variable "kubernetes_version" {
  description = "Minor version of Kubernetes for control plane, add-ons and nodes; raised by one at a time. A version in extended support costs 0.60 USD an hour instead of 0.10."
  type        = string
  default     = "1.35"

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "kubernetes_version must be a minor version such as 1.35."
  }
}

variable "support_type" {
  description = "What EKS does when standard support of the version ends: STANDARD upgrades by itself, EXTENDED stays and costs 0.60 USD an hour instead of 0.10."
  type        = string
  default     = "EXTENDED"

  validation {
    condition     = contains(["STANDARD", "EXTENDED"], var.support_type)
    error_message = "support_type must be STANDARD or EXTENDED."
  }
}

variable "zone" {
  description = "Whether the public zone of the domain is made here (and must then be delegated) or exists already. One costs 0.50 USD a month."
  type        = object({ create = bool })
  default     = { create = true }
}

variable "pod_identity" {
  description = "How pods get their AWS roles: false by IRSA, whose roles trust this cluster's issuer and no other; true by EKS Pod Identity, whose roles outlive a cluster that is built again. Every layer follows. Costs nothing."
  type        = bool
  default     = false
}

variable "endpoint_mode" {
  description = "How the Kubernetes API is reached: private (the control plane's VPC is peered) or public-restricted (only the control plane's NAT address)."
  type        = string
  default     = "private"

  validation {
    condition     = contains(["private", "public-restricted"], var.endpoint_mode)
    error_message = "endpoint_mode must be private or public-restricted."
  }
}

variable "public_access_cidrs" {
  description = "Further IPv4 ranges that may reach a public-restricted endpoint, such as an office."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for range in var.public_access_cidrs : can(cidrhost(range, 0)) && try(tonumber(split("/", range)[1]) >= 8, false)])
    error_message = "public_access_cidrs must be IPv4 ranges of /8 or narrower: half of the internet is no restriction."
  }

  validation {
    condition     = var.endpoint_mode == "public-restricted" || length(var.public_access_cidrs) == 0
    error_message = "public_access_cidrs need endpoint_mode public-restricted: a private endpoint has no public address."
  }
}

variable "operators" {
  description = "ARNs of the IAM roles and users that administer the cluster beside the control plane."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.operators : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$", arn))])
    error_message = "operators must be ARNs of IAM roles or users, not of sessions."
  }

  validation {
    condition     = length(setintersection(var.operators, concat(var.control_plane.principals.plan, var.control_plane.principals.validate))) == 0
    error_message = "a principal of the control plane that plans or validates cannot be an operator too."
  }
}

variable "vpc_cidr" {
  description = "IPv4 range of the VPC; it must not overlap the control plane's when they are peered."
  type        = string
  default     = "10.32.0.0/16"

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && can(regex("/1[6-8]$", var.vpc_cidr))
    error_message = "vpc_cidr must be an IPv4 range between /16 and /18."
  }
}

variable "zones" {
  description = "Availability zones by name, three of them; null takes the first three of the region."
  type        = list(string)
  default     = null

  validation {
    condition     = var.zones == null || (length(coalesce(var.zones, [])) == 3 && length(distinct(coalesce(var.zones, []))) == 3)
    error_message = "zones must name three different availability zones (${length(coalesce(var.zones, []))} given): nodes, subnets and the NAT gateways of nat_per_zone stand in one each. Add one, or leave zones out."
  }

  validation {
    condition     = alltrue([for zone in coalesce(var.zones, []) : startswith(zone, var.region)])
    error_message = "zones must be zones of region ${var.region}, such as ${var.region}a."
  }
}

variable "nat_per_zone" {
  description = "One NAT gateway in each availability zone instead of a single one. Each of the two more costs 0.045 USD an hour and its address 0.005: 73 USD a month together."
  type        = bool
  default     = false
}

variable "interface_endpoints" {
  description = "AWS services that nodes and pods reach inside the VPC instead of through the NAT gateway, such as ecr.api, ecr.dkr, sts, ssm, logs or ec2. Each costs 0.01 USD an hour and zone, 21.90 USD a month, and 0.01 a GB; S3 has a free gateway endpoint in any case."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for service in var.interface_endpoints : can(regex("^[a-z][a-z0-9-]*(\\.[a-z0-9-]+)*$", service)) && service != "s3"])
    error_message = "interface_endpoints must be service names as in com.amazonaws.<region>.<name>, such as ecr.dkr, without s3, which has a gateway endpoint."
  }
}

variable "nodes" {
  description = "The managed node group: instance types, size of the data volume and how many nodes. An m6i.large costs 0.096 USD an hour, 70 a month, and a GiB of its volume 0.08 a month."
  type = object({
    instance_types = optional(list(string), ["m6i.large"])
    volume_gib     = optional(number, 80)
    minimum        = optional(number, 3)
    desired        = optional(number, 4)
    maximum        = optional(number, 6)
  })
  default = {}

  validation {
    condition     = var.nodes.minimum >= 3 && var.nodes.minimum <= var.nodes.desired && var.nodes.desired <= var.nodes.maximum
    error_message = "nodes must hold 3 <= minimum <= desired <= maximum: one node for each availability zone."
  }

  validation {
    condition     = length(var.nodes.instance_types) > 0 && var.nodes.volume_gib >= 20
    error_message = "nodes needs an instance type and at least 20 GiB for images and containers."
  }
}

variable "addon_versions" {
  description = "Pinned versions of EKS add-ons by name; an add-on that is not named gets the default of the Kubernetes version."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.addon_versions), ["vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns", "aws-ebs-csi-driver", "snapshot-controller"])) == 0
    error_message = "addon_versions may name vpc-cni, kube-proxy, eks-pod-identity-agent, coredns, aws-ebs-csi-driver and snapshot-controller only."
  }

  validation {
    condition     = alltrue([for version in values(var.addon_versions) : can(regex("^v[0-9]+\\.[0-9]+\\.[0-9]+-eksbuild\\.[0-9]+$", version))])
    error_message = "addon_versions must be releases of EKS such as v1.20.4-eksbuild.1; aws eks describe-addon-versions lists them."
  }

  # A release of kube-proxy belongs to one minor version: left behind, it would hold an upgrade up.
  validation {
    condition     = startswith(lookup(var.addon_versions, "kube-proxy", "v${var.kubernetes_version}."), "v${var.kubernetes_version}.")
    error_message = "addon_versions pins kube-proxy ${lookup(var.addon_versions, "kube-proxy", "")}, which is not of Kubernetes ${var.kubernetes_version}: pin a v${var.kubernetes_version} release, or none."
  }
}

variable "log_retention_days" {
  description = "How long the logs of the control plane and of the network are kept. A GB costs 0.50 USD once, and 0.03 for each month that it is kept."
  type        = number
  default     = 90

  validation {
    condition     = contains([7, 14, 30, 60, 90, 120, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "log_retention_days must be a retention that CloudWatch Logs offers, from 7 to 731."
  }
}
