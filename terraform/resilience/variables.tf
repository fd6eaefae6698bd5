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

variable "move_snapshots" {
  description = "Whether the daily backup puts the contents of volumes into the bucket, by way of a snapshot, so that they reach recovery_region with it; else they stay snapshots of this region, and the second one has the volumes of the last week only. Costs S3 storage (0.023 USD a GB and month) for what differs from day to day, and node time while it is read."
  type        = bool
  default     = false
}

variable "volume_backups" {
  description = "AWS Backup of every volume and database of this region that bears the tag strata:backup with the environment's name, apart from Velero and from the cluster: when (cron of AWS, UTC) and how many days each recovery point is kept, here and in recovery_region. Null for none. Snapshots cost 0.05 USD a GB and month for EBS and 0.095 for RDS, and again in the second region."
  type = object({
    schedule = optional(string, "cron(30 0 * * ? *)")
    days     = optional(number, 35)
  })
  default = {}

  validation {
    condition     = var.volume_backups == null || can(regex("^cron\\((\\S+ ){5}\\S+\\)$", var.volume_backups.schedule))
    error_message = "volume_backups.schedule must be a cron expression of AWS with six fields, such as cron(30 0 * * ? *)."
  }

  validation {
    condition     = var.volume_backups == null || try(var.volume_backups.days >= 7 && floor(var.volume_backups.days) == var.volume_backups.days, false)
    error_message = "volume_backups.days must be a whole number, 7 or more: what went wrong over a long weekend must still be undone after it."
  }
}

variable "vault_lock" {
  description = "Locks the vaults of AWS Backup, so that nobody deletes a recovery point early: the fewest and the most days that one may be kept. With changeable_for_days the lock itself can be taken off for so long and never after, not even by AWS; without, by whoever has the right. Null for no lock. Costs nothing, but what is locked is paid until its end."
  type = object({
    min_days            = number
    max_days            = number
    changeable_for_days = optional(number)
  })
  default = null

  validation {
    condition     = var.vault_lock == null || var.volume_backups == null || try(var.vault_lock.min_days <= var.volume_backups.days, false)
    error_message = "vault_lock.min_days is longer than volume_backups.days, so that the vault would refuse every backup: keep backups longer (volume_backups.days) or lower vault_lock.min_days."
  }

  validation {
    condition     = var.vault_lock == null || var.volume_backups == null || try(var.volume_backups.days <= var.vault_lock.max_days, false)
    error_message = "vault_lock.max_days is shorter than volume_backups.days, so that the vault would refuse every backup: raise vault_lock.max_days or lower volume_backups.days."
  }

  validation {
    condition     = var.vault_lock == null || try(coalesce(var.vault_lock.changeable_for_days, 3) >= 3, false)
    error_message = "vault_lock.changeable_for_days must be 3 or more, which is the least that AWS takes, or left out for a lock that can be taken off."
  }

  validation {
    condition     = var.vault_lock == null || var.volume_backups != null
    error_message = "vault_lock needs volume_backups: there is no vault to lock without them."
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
