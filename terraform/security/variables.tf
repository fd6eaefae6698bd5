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

variable "release_timeout_seconds" {
  description = "How long one Helm release may take until its workloads are ready; two follow each other."
  type        = number
  default     = 600

  validation {
    condition     = var.release_timeout_seconds >= 60 && var.release_timeout_seconds <= 900
    error_message = "release_timeout_seconds must be between 60 and 900: the layer's apply waits 40 minutes in all."
  }
}

variable "policy_action" {
  description = "What a violated policy does: Enforce refuses the pod, Audit reports it. Try Audit first where applications run already."
  type        = string
  default     = "Enforce"

  validation {
    condition     = contains(["Audit", "Enforce"], var.policy_action)
    error_message = "policy_action must be Audit or Enforce, with a capital letter: the chart takes anything else for Audit."
  }
}

variable "pod_security_standard" {
  description = "Pod Security Standard that the policies hold pods to outside of the exempt namespaces."
  type        = string
  default     = "baseline"

  validation {
    condition     = contains(["baseline", "restricted"], var.pod_security_standard)
    error_message = "pod_security_standard must be baseline or restricted; privileged would allow everything."
  }
}

variable "exempt_namespaces" {
  description = "Namespaces beside the platform's own that the policies leave alone, each with the reason why."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for reason in values(var.exempt_namespaces) : length(trimspace(reason)) >= 10])
    error_message = "exempt_namespaces needs a reason of at least ten characters for each namespace: who reads it later must be able to judge it."
  }

  validation {
    condition     = alltrue([for name in keys(var.exempt_namespaces) : can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", name))])
    error_message = "exempt_namespaces must be names of namespaces; patterns such as team-* are not understood by the API server."
  }
}

variable "kyverno_replicas" {
  description = "Replicas of Kyverno's admission controller, spread over zones; the other controllers have two at most."
  type        = number
  default     = 3

  validation {
    condition     = var.kyverno_replicas >= 1 && var.kyverno_replicas <= 9 && floor(var.kyverno_replicas) == var.kyverno_replicas
    error_message = "kyverno_replicas must be a whole number between 1 and 9."
  }

  validation {
    condition     = var.policy_action == "Audit" || var.kyverno_replicas >= 2
    error_message = "kyverno_replicas must be 2 or more while policy_action is Enforce: without an answer from Kyverno no application's pod starts."
  }
}

variable "scan_jobs" {
  description = "How many images are scanned at once; each scan takes up to half a CPU and 500 MB."
  type        = number
  default     = 3

  validation {
    condition     = var.scan_jobs >= 1 && var.scan_jobs <= 10 && floor(var.scan_jobs) == var.scan_jobs
    error_message = "scan_jobs must be a whole number between 1 and 10: the namespace's quota holds no more."
  }
}

variable "scan_severities" {
  description = "Severities of vulnerabilities that reports hold."
  type        = set(string)
  default     = ["CRITICAL", "HIGH"]

  validation {
    condition     = length(var.scan_severities) > 0 && length(setsubtract(var.scan_severities, ["UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL"])) == 0
    error_message = "scan_severities must be some of UNKNOWN, LOW, MEDIUM, HIGH and CRITICAL."
  }
}

variable "scan_ignores_unfixed" {
  description = "Leaves out vulnerabilities for which there is no fixed version yet."
  type        = bool
  default     = false
}

variable "guardduty" {
  description = "GuardDuty over this account and region, with the audit log of EKS: detector \"create\" makes one, \"existing\" uses the one that the account has, \"off\" does neither. runtime_monitoring also runs an agent on each node, which reaches GuardDuty by the interface endpoint guardduty-data of foundation. Costs what it reads: 1.60 USD for a million events of the audit log, 1.00 for a GB of flow and DNS logs, 4.00 for a million CloudTrail events, 1.50 a month for each vCPU that the agent watches."
  type = object({
    detector           = optional(string, "create")
    runtime_monitoring = optional(bool, false)
  })
  default = {}

  validation {
    condition     = contains(["create", "existing", "off"], var.guardduty.detector)
    error_message = "guardduty.detector must be create, existing (where the account has one in this region already) or off."
  }

  validation {
    condition     = var.guardduty.detector != "off" || !var.guardduty.runtime_monitoring
    error_message = "guardduty.runtime_monitoring needs a detector: set guardduty.detector to create or existing, or leave runtime_monitoring out."
  }
}

variable "finding_topic" {
  description = "ARN of the SNS topic that is told of findings of GuardDuty of severity 7 and above; its policy must let events.amazonaws.com publish. Null tells nobody: findings are seen in the console. A million messages cost 0.50 USD."
  type        = string
  default     = null

  validation {
    condition     = var.finding_topic == null || can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.finding_topic))
    error_message = "finding_topic must be the ARN of a standard SNS topic, or null."
  }
}

variable "prowler" {
  description = "When Prowler audits the account (cron, UTC), by which image, and how long its reports are kept. A run is one pod for about an hour and some thousand API calls that cost nothing; the key of the reports costs a dollar a month."
  type = object({
    schedule       = optional(string, "0 5 * * 1")
    image          = optional(string, "docker.io/prowlercloud/prowler:5.46.0")
    retention_days = optional(number, 365)
  })
  default = {}

  validation {
    condition     = length(split(" ", var.prowler.schedule)) == 5
    error_message = "prowler.schedule must be a cron expression of five fields, such as 0 5 * * 1 for Mondays at five."
  }

  validation {
    condition     = can(regex(":[0-9]+\\.[0-9]+\\.[0-9]+$|@sha256:[0-9a-f]{64}$", var.prowler.image))
    error_message = "prowler.image must end with a full version or a digest: latest is another program every week."
  }

  validation {
    condition     = var.prowler.retention_days >= 30 && var.prowler.retention_days <= 3650
    error_message = "prowler.retention_days must be between 30 and 3650: an audit is compared with the one before it."
  }
}
