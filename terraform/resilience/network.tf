# Velero and its node agents ask the cluster's API, S3 and EC2, all on 443, and are asked by Prometheus only.
resource "kubernetes_network_policy_v1" "default" {
  metadata {
    name      = "default"
    namespace = local.namespace
  }

  spec {
    policy_types = ["Ingress", "Egress"]

    pod_selector {}

    ingress {
      from {
        namespace_selector {
          match_labels = { "kubernetes.io/metadata.name" = "observability" }
        }
      }

      ports {
        port     = "8085"
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

    egress {
      to {
        ip_block {
          cidr = "0.0.0.0/0"
        }
      }

      ports {
        port     = "443"
        protocol = "TCP"
      }
    }
  }
}
