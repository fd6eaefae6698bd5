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

variable "unused_assets" {
  description = "Counts volumes and addresses that nothing uses as cost; needs an IAM role that lists them. Both are free."
  type        = bool
  default     = true
}

variable "ui" {
  description = "Runs OpenCost's page beside its API; reached with kubectl port-forward, since it knows no users."
  type        = bool
  default     = true
}

variable "release_timeout_seconds" {
  description = "How long the Helm release may take until its workloads are ready."
  type        = number
  default     = 600

  validation {
    condition     = var.release_timeout_seconds >= 60 && var.release_timeout_seconds <= 900
    error_message = "release_timeout_seconds must be between 60 and 900: the layer's apply waits 30 minutes in all."
  }
}
