variable "charts" {
  description = "The charts that are installed, by name: release, repository, the last day on which its line is supported and the newest minor version of Kubernetes that it is tested with (null where upstream names none), and what to do when it has ended."
  type = map(object({
    repository       = string
    version          = string
    supported_until  = optional(string)
    kubernetes_until = optional(string)
    successor        = optional(string)
  }))
}

variable "kubernetes_version" {
  description = "Minor version of Kubernetes that the charts run on."
  type        = string
}
