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

variable "issuer" {
  description = "ClusterIssuer that signs the certificate; the staging one spends no quota and is trusted by nobody."
  type        = string
  default     = "letsencrypt-production"

  validation {
    condition     = contains(["letsencrypt-staging", "letsencrypt-production"], var.issuer)
    error_message = "issuer must be letsencrypt-staging or letsencrypt-production."
  }
}

variable "chart_version" {
  description = "Version of the Online Boutique chart that ArgoCD keeps installed."
  type        = string
  default     = "0.10.6"

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+$", var.chart_version))
    error_message = "chart_version must be an exact version such as 0.10.6: a range would deploy by itself."
  }
}

variable "quota" {
  description = "What all pods of the shop may ask for together. The default holds twice what the chart asks for (1.57 CPU, 1.6 GiB, 12 pods), since a rollout has old and new side by side."
  type = object({
    cpu        = optional(number, 4)
    memory_gib = optional(number, 4)
    pods       = optional(number, 40)
  })
  default = {}

  validation {
    condition     = var.quota.cpu >= 2 && var.quota.memory_gib >= 2 && var.quota.pods >= 15
    error_message = "quota must leave room for the shop itself: at least 2 CPU, 2 GiB and 15 pods."
  }
}
