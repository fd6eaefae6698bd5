# Everything here asks the cluster's API, AWS or a registry, none of which has an address that stays: DNS and
# 443 are the way out. The way in is denied but for what follows below.
resource "kubernetes_network_policy_v1" "default" {
  for_each = local.namespaces

  metadata {
    name      = "default"
    namespace = local.namespace[each.key]
  }

  spec {
    policy_types = ["Ingress", "Egress"]

    pod_selector {}

    egress {
      to {
        namespace_selector {
          match_labels = { "kubernetes.io/metadata.name" = "kube-system" }
        }

        pod_selector {
          match_labels = { "k8s-app" = "kube-dns" }
        }
      }

      ports {
        port     = "53"
        protocol = "UDP"
      }

      ports {
        port     = "53"
        protocol = "TCP"
      }
    }

    egress {
      ports {
        port     = "443"
        protocol = "TCP"
      }
    }

    # The Pod Identity agent of the node, which hands out roles.
    egress {
      to {
        ip_block {
          cidr = "169.254.170.23/32"
        }
      }

      ports {
        port     = "80"
        protocol = "TCP"
      }
    }
  }
}

# The API server calls the webhooks from outside of every namespace, so nothing can be said of who calls.
resource "kubernetes_network_policy_v1" "kyverno_webhooks" {
  metadata {
    name      = "webhooks"
    namespace = local.namespace["kyverno"]
  }

  spec {
    policy_types = ["Ingress"]

    pod_selector {
      match_expressions {
        key      = "app.kubernetes.io/component"
        operator = "In"
        values   = ["admission-controller", "cleanup-controller"]
      }
    }

    ingress {
      ports {
        port     = "9443"
        protocol = "TCP"
      }
    }
  }
}

resource "kubernetes_network_policy_v1" "metrics" {
  for_each = { "kyverno" = "8000", "trivy-system" = "8080" }

  metadata {
    name      = "metrics"
    namespace = local.namespace[each.key]
  }

  spec {
    policy_types = ["Ingress"]

    pod_selector {}

    ingress {
      from {
        namespace_selector {
          match_labels = { "kubernetes.io/metadata.name" = "observability" }
        }
      }

      ports {
        port     = each.value
        protocol = "TCP"
      }
    }
  }
}

# Scans ask the server, which keeps the database of vulnerabilities.
resource "kubernetes_network_policy_v1" "trivy_server" {
  metadata {
    name      = "trivy-server"
    namespace = local.namespace["trivy-system"]
  }

  spec {
    policy_types = ["Ingress", "Egress"]

    pod_selector {}

    ingress {
      from {
        pod_selector {}
      }

      ports {
        port     = local.trivy_server_port
        protocol = "TCP"
      }
    }

    egress {
      to {
        pod_selector {}
      }

      ports {
        port     = local.trivy_server_port
        protocol = "TCP"
      }
    }
  }
}
