# Nothing comes in but Prometheus; people reach the page through the API server (kubectl port-forward),
# which no policy sees.
resource "kubernetes_network_policy_v1" "this" {
  metadata {
    name      = "opencost"
    namespace = local.namespace
  }

  spec {
    policy_types = ["Ingress", "Egress"]

    pod_selector {}

    ingress {
      from {
        namespace_selector {
          match_labels = { "kubernetes.io/metadata.name" = local.prometheus.namespace }
        }
      }

      ports {
        port     = "9003"
        protocol = "TCP"
      }
    }

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
      to {
        namespace_selector {
          match_labels = { "kubernetes.io/metadata.name" = local.prometheus.namespace }
        }
      }

      ports {
        port     = tostring(local.prometheus.port)
        protocol = "TCP"
      }
    }

    # The API server, AWS and its price list: none has an address that stays.
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
