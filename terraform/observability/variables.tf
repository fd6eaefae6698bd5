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

variable "issuer" {
  description = "ClusterIssuer that signs the certificate; the staging one spends no quota and is trusted by nobody."
  type        = string
  default     = "letsencrypt-production"

  validation {
    condition     = contains(["letsencrypt-staging", "letsencrypt-production"], var.issuer)
    error_message = "issuer must be letsencrypt-staging or letsencrypt-production."
  }
}

variable "objectives" {
  description = "Service level objectives of the shop and of the whole edge: which percentage of requests must not fail, and which must be answered within fast_seconds, over 30 days."
  type = object({
    app = optional(object({
      availability = optional(number, 99.9)
      fast         = optional(number, 99)
      fast_seconds = optional(number, 0.5)
    }), {})
    edge = optional(object({
      availability = optional(number, 99.9)
      fast         = optional(number, 99)
      fast_seconds = optional(number, 1)
    }), {})
  })
  default = {}

  # At 14.4 times the permitted pace, a looser objective than 93.06 % would ask for more failures than requests.
  validation {
    condition     = alltrue(flatten([for objective in values(var.objectives) : [for percent in [objective.availability, objective.fast] : percent >= 94 && percent <= 99.99]]))
    error_message = "objectives must be percentages from 94 to 99.99: a looser one could never raise the fast alert, a tighter one leaves four minutes a month and is not kept by one region."
  }

  validation {
    condition     = alltrue([for objective in values(var.objectives) : contains([0.1, 0.25, 0.5, 1, 2.5, 5, 10], objective.fast_seconds)])
    error_message = "objectives.*.fast_seconds must be a bound of the proxies' histograms, or nothing is counted: 0.1, 0.25, 0.5, 1, 2.5, 5 or 10."
  }
}

variable "storage_class" {
  description = "StorageClass of the volumes; gp3 is made by platform-step02."
  type        = string
  default     = "gp3"
}

variable "high_availability" {
  description = "Whether logs and alerts survive the loss of a node or a zone: three Loki that each keep every line of three hours, three Alertmanagers, two Prometheus and two collectors, instead of one each. Costs about 2 vCPU and 6 GiB of requests (half an m5.xlarge, some 90 USD a month in eu-central-1) and three more volumes. Tempo stays one: its chart for several needs Kafka; what it has flushed is in S3. Grafana stays one: two would need a database."
  type        = bool
  default     = true
}

variable "retention_days" {
  description = "How long metrics, logs and traces can be asked for. Metrics lie on a volume and must cover the 30 days of the error budgets; logs and traces lie in S3 (0.0245 USD for a GiB and month in eu-central-1)."
  type = object({
    metrics = optional(number, 35)
    logs    = optional(number, 30)
    traces  = optional(number, 7)
  })
  default = {}

  validation {
    condition     = alltrue([for days in values(var.retention_days) : days >= 1 && floor(days) == days])
    error_message = "retention_days must be whole days, 1 or more."
  }

  validation {
    condition     = var.retention_days.metrics >= 30
    error_message = "retention_days.metrics must be 30 or more: an error budget is that of the last 30 days."
  }
}

variable "lifecycle_days" {
  description = "When S3 deletes an object of logs and traces whatever the store thinks of it; a net under the stores' own deletion."
  type = object({
    logs   = optional(number, 37)
    traces = optional(number, 14)
  })
  default = {}

  validation {
    condition     = alltrue([for days in values(var.lifecycle_days) : days >= 1 && floor(days) == days])
    error_message = "lifecycle_days must be whole days, 1 or more."
  }

  # A chunk is as old as its first line, and the stores delete within hours: two days are enough.
  validation {
    condition     = var.lifecycle_days.logs >= var.retention_days.logs + 2 && var.lifecycle_days.traces >= var.retention_days.traces + 2
    error_message = "lifecycle_days must be at least two days longer than retention_days of the same signal, or S3 deletes what the index still names: raise lifecycle_days or lower retention_days."
  }
}

variable "volume_gib" {
  description = "Size of the volumes: each Prometheus, each Loki and Tempo (both hold what S3 has not yet), Grafana; gp3 costs 0.0952 USD for a GiB and month in eu-central-1. The claims of a StatefulSet cannot be changed later."
  type = object({
    metrics    = optional(number, 50)
    logs       = optional(number, 10)
    traces     = optional(number, 10)
    dashboards = optional(number, 10)
  })
  default = {}

  validation {
    condition     = alltrue([for size in values(var.volume_gib) : size >= 1 && floor(size) == size])
    error_message = "volume_gib must be whole GiB, 1 or more."
  }
}

variable "metrics_readers" {
  description = "Namespaces whose pods may ask Prometheus; opencost is that of finops."
  type        = list(string)
  default     = ["opencost"]

  # A rule without a source would let everybody in.
  validation {
    condition     = length(var.metrics_readers) > 0 && alltrue([for name in var.metrics_readers : can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", name))])
    error_message = "metrics_readers must name at least one namespace, in lower-case letters, digits and dashes: a policy without a source would let every pod in."
  }
}

variable "quota" {
  description = "What all pods of this namespace may ask for together. The default holds twice what the default sizes ask for on ten nodes, since a rollout has old and new side by side."
  type = object({
    cpu        = optional(number, 12)
    memory_gib = optional(number, 32)
    pods       = optional(number, 80)
    volumes    = optional(number, 20)
  })
  default = {}

  validation {
    condition     = var.quota.cpu >= 4 && var.quota.memory_gib >= 12 && var.quota.pods >= 30 && var.quota.volumes >= 10
    error_message = "quota must leave room for what runs: at least 4 CPU, 12 GiB, 30 pods and 10 volumes."
  }
}

variable "alert_topic" {
  description = "SNS topic that Alertmanager sends alerts to, and the KMS key that encrypts it, both by ARN; without it alerts are seen in Grafana only. A million messages cost 0.50 USD, mails 2 USD for a hundred thousand."
  type = object({
    arn     = string
    key_arn = string
  })
  default = null

  validation {
    condition     = var.alert_topic == null || (can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.alert_topic.arn)) && can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]+$", var.alert_topic.key_arn)))
    error_message = "alert_topic needs the ARN of a standard SNS topic and of the KMS key that encrypts it; an alias will not do, since the role is allowed the key itself."
  }
}

variable "pixie" {
  description = "Pixie, which sees requests and profiles by eBPF without a change to any application: the address of its cloud, to which every node talks, and how much memory it may take of each. Its deploy key is the parameter /<environment>/pixie-deploy-key. It runs privileged, so its namespaces (pl, px-operators, olm) must stand in exempt_namespaces of security. Null for none; costs 1 to 2 GB of memory on each node."
  type = object({
    cloud_address = optional(string, "getcosmic.ai:443")
    memory_limit  = optional(string, "1Gi")
  })
  default = null

  validation {
    condition     = var.pixie == null || can(regex("^[a-z0-9.-]+:[0-9]+$", var.pixie.cloud_address))
    error_message = "pixie.cloud_address must be a host and a port, such as getcosmic.ai:443."
  }

  validation {
    condition     = var.pixie == null || can(regex("^[1-9][0-9]*(Mi|Gi)$", var.pixie.memory_limit))
    error_message = "pixie.memory_limit must be an amount of memory such as 1Gi."
  }
}

variable "runbook_url" {
  description = "Where the people on call read docs/alerts.md; each alert links to the heading there that has its name. Give the address of your copy, so that the link works from a phone."
  type        = string
  default     = "docs/alerts.md"

  validation {
    condition     = var.runbook_url == "docs/alerts.md" || can(regex("^https://[^#[:space:]]+$", var.runbook_url))
    error_message = "runbook_url must be docs/alerts.md or an https address without a fragment, such as https://git.example.com/platform/blob/main/docs/alerts.md: the alert's heading is added to it."
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
