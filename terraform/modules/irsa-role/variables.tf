variable "name" {
  description = "Name of the role."
  type        = string

  validation {
    condition     = length(var.name) <= 64
    error_message = "name must not be longer than the 64 characters that IAM takes."
  }
}

variable "description" {
  description = "What the role is for."
  type        = string
}

variable "oidc_provider_arn" {
  description = "ARN of the cluster's OIDC provider in IAM."
  type        = string
}

variable "oidc_issuer" {
  description = "Issuer of the cluster's service account tokens, without scheme."
  type        = string
}

variable "pod_identity_cluster" {
  description = "Name of the cluster whose pods get the role by EKS Pod Identity; null where they get it by a token of the OIDC provider (IRSA)."
  type        = string
  default     = null
}

variable "namespace" {
  description = "Namespace of the service account that may take the role."
  type        = string
}

variable "service_account" {
  description = "Name of the service account that may take the role."
  type        = string
}

variable "policy" {
  description = "What the role may do, as a JSON policy document."
  type        = string
}

variable "managed_policy_arns" {
  description = "Managed policies for the role beside its own."
  type        = set(string)
  default     = []
}

variable "permissions_boundary_arn" {
  description = "What the role may do at most."
  type        = string
}
