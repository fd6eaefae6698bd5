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

variable "schedules" {
  description = "When backups start (cron, UTC) and how many days they are kept."
  type = object({
    daily   = optional(object({ cron = string, days = number }), { cron = "0 2 * * *", days = 30 })
    weekly  = optional(object({ cron = string, days = number }), { cron = "0 3 * * 0", days = 90 })
    monthly = optional(object({ cron = string, days = number }), { cron = "0 4 1 * *", days = 365 })
  })
  default = {}

  validation {
    condition     = alltrue([for schedule in values(var.schedules) : length(split(" ", schedule.cron)) == 5])
    error_message = "schedules need a cron expression of five fields, such as \"0 2 * * *\"."
  }

  # One that failed must not leave the time until the next one without any.
  validation {
    condition     = var.schedules.daily.days >= 2 && var.schedules.weekly.days >= 14 && var.schedules.monthly.days >= 62
    error_message = "schedules must keep each backup until the next two are there: daily.days at least 2, weekly.days at least 14, monthly.days at least 62."
  }

  validation {
    condition     = alltrue([for schedule in values(var.schedules) : floor(schedule.days) == schedule.days])
    error_message = "schedules must be kept for whole days."
  }
}

variable "noncurrent_days" {
  description = "How long a deleted or overwritten object of the backup bucket, and of its copy, can be brought back. Costs S3 storage (0.023 USD a GB and month) for what was deleted meanwhile."
  type        = number
  default     = 30

  validation {
    condition     = var.noncurrent_days >= 1 && var.noncurrent_days <= 365
    error_message = "noncurrent_days must be between 1 and 365."
  }

  validation {
    condition     = var.noncurrent_days >= var.schedules.daily.days
    error_message = "noncurrent_days must be no shorter than schedules.daily.days (${var.schedules.daily.days}), or a daily backup that was deleted by mistake is gone before its time: raise noncurrent_days or keep daily backups for less."
  }
}

variable "recovery_region" {
  description = "Second region that gets a copy of every backup; null keeps them in one region. Costs what the copy takes: transfer between regions (0.02 USD a GB from Europe, once for each new block), S3 (0.023 USD a GB and month) and one KMS key (1 USD a month)."
  type        = string
  default     = null

  validation {
    condition     = var.recovery_region == null || can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.recovery_region))
    error_message = "recovery_region must be an AWS region code such as eu-west-1, or null."
  }

  validation {
    condition     = var.recovery_region != var.region
    error_message = "recovery_region must be another region than region: a copy in the same one is lost with it."
  }
}

variable "restore_from" {
  description = "Backups of another environment that this one may restore, read only: what the output replica of its resilience layer says. Null where nothing is to be recovered. Costs requests only."
  type = object({
    bucket      = string
    region      = string
    kms_key_arn = string
  })
  default = null

  validation {
    condition     = var.restore_from == null || can(regex("^arn:[a-z-]+:kms:${var.restore_from.region}:[0-9]{12}:key/", var.restore_from.kms_key_arn))
    error_message = "restore_from.kms_key_arn must be the ARN of a KMS key in restore_from.region: take all three values from the output replica."
  }
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
