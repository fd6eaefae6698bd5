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

variable "email" {
  description = "Address that Let's Encrypt writes to about certificates."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.email))
    error_message = "email must be an e-mail address."
  }
}

variable "edge" {
  description = "What stands between the internet and the applications, as platform-step02 was told: nginx, envoy or alb."
  type        = string
  default     = "nginx"

  validation {
    condition     = contains(["nginx", "envoy", "alb"], var.edge)
    error_message = "edge must be nginx, envoy or alb; docs/edge.md says how to choose."
  }
}

variable "challenge" {
  description = "How Let's Encrypt checks the domain: http01 through the edge, dns01 in the Route 53 zone. null: dns01 with edge = alb, http01 with the others."
  type        = string
  default     = null

  validation {
    condition     = var.challenge == null || contains(["http01", "dns01"], coalesce(var.challenge, "none"))
    error_message = "challenge must be http01, dns01 or null."
  }

  validation {
    condition     = var.edge != "alb" || var.challenge != "http01"
    error_message = "challenge must be dns01 (or null) with edge = alb: each answer to http01 would be a rule of the load balancer, behind a redirect to a host that has no certificate yet."
  }
}

variable "hosts" {
  description = "Host labels under the domain that point to the ingress."
  type        = set(string)
  default     = ["app", "grafana"]

  validation {
    condition     = length(var.hosts) > 0 && alltrue([for host in var.hosts : can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", host))])
    error_message = "hosts must be DNS labels, at least one."
  }
}
