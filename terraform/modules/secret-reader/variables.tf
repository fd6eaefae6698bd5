variable "namespace" {
  description = "Namespace of the secrets."
  type        = string
}

variable "secret_names" {
  description = "Secrets that the group may read, by name; never all of a namespace."
  type        = list(string)

  validation {
    condition     = length(var.secret_names) > 0
    error_message = "secret_names must not be empty: a rule without names would grant every secret of the namespace."
  }
}

variable "group" {
  description = "Group that may read them."
  type        = string
}
