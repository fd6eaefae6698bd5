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
