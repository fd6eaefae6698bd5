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

variable "issuer" {
  description = "ClusterIssuer that signs the certificate; the staging one spends no quota and is trusted by nobody."
  type        = string
  default     = "letsencrypt-production"

  validation {
    condition     = contains(["letsencrypt-staging", "letsencrypt-production"], var.issuer)
    error_message = "issuer must be letsencrypt-staging or letsencrypt-production."
  }
}

variable "storage_class" {
  description = "StorageClass of the volumes; gp3 is made by platform-step02."
  type        = string
  default     = "gp3"
}

variable "retention_days" {
  description = "How long metrics, logs and traces are kept."
  type = object({
    metrics = optional(number, 15)
    logs    = optional(number, 30)
    traces  = optional(number, 7)
  })
  default = {}

  validation {
    condition     = alltrue([for days in values(var.retention_days) : days >= 1 && floor(days) == days])
    error_message = "retention_days must be whole days, 1 or more."
  }
}

variable "volume_gib" {
  description = "Size of the volumes: each Prometheus, Loki, Tempo and Grafana."
  type = object({
    metrics    = optional(number, 50)
    logs       = optional(number, 50)
    traces     = optional(number, 30)
    dashboards = optional(number, 10)
  })
  default = {}

  validation {
    condition     = alltrue([for size in values(var.volume_gib) : size >= 1 && floor(size) == size])
    error_message = "volume_gib must be whole GiB, 1 or more."
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
