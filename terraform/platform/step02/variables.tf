variable "environment" {
  description = "Name of the environment; every name begins with it."
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

variable "upstream" {
  description = "Where the states of the layers below are kept."
  type = object({
    bucket = string
    region = string
  })
}

variable "domain" {
  description = "DNS name of the environment."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.domain))
    error_message = "domain must be a lower-case DNS name without a trailing dot."
  }
}

variable "tags" {
  description = "Tags for every AWS resource, beside the ones that the platform sets itself."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(key, "strata:") && !startswith(key, "aws:")])
    error_message = "tags must not begin with strata: or aws:, which are set by the platform and by AWS."
  }
}

variable "control_plane" {
  description = "The control plane that builds this environment; only its permissions boundary matters here."
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
    })
  })
}

variable "edge" {
  description = "What stands between the internet and the applications: nginx (ingress-nginx, which has ended), envoy (Envoy Gateway) or alb (an Application Load Balancer of AWS, the only one with a web application firewall before it). Each costs one load balancer: 0.0225 USD an hour (us-east-1), about 16 USD a month, and for each hour and capacity unit that visitors use 0.006 USD (nginx, envoy) or 0.008 USD (alb). The certificate of alb is free."
  type        = string
  default     = "nginx"

  validation {
    condition     = contains(["nginx", "envoy", "alb"], var.edge)
    error_message = "edge must be nginx, envoy or alb; docs/edge.md says how to choose."
  }
}

variable "ingress_replicas" {
  description = "Replicas of the proxy at the edge; at least two, so that one may be drained."
  type        = number
  default     = 2

  validation {
    condition     = var.ingress_replicas >= 2 && floor(var.ingress_replicas) == var.ingress_replicas
    error_message = "ingress_replicas must be a whole number, 2 or more."
  }
}

variable "rate_limit" {
  description = "Requests a second that one address may send to the edge; that many more may come at once, and what is beyond is answered 429. Each proxy counts for itself and knows nothing of the others, so over ingress_replicas proxies an address may reach a multiple. null counts nothing. Costs nothing. With edge = alb there is no proxy that could count: there the firewall of platform-step03 does."
  type        = number
  default     = 100

  validation {
    condition     = var.rate_limit == null || try(var.rate_limit >= 5 && var.rate_limit <= 10000 && floor(var.rate_limit) == var.rate_limit, false)
    error_message = "rate_limit must be a whole number from 5 to 10000, or null: one page of the shop alone is some twenty requests."
  }
}

variable "release_timeout_seconds" {
  description = "How long one Helm release may take until its workloads are ready."
  type        = number
  default     = 600

  validation {
    condition     = var.release_timeout_seconds >= 60 && var.release_timeout_seconds <= 900
    error_message = "release_timeout_seconds must be between 60 and 900: the layer's apply waits 45 minutes in all."
  }
}
