# Nothing in, nothing out but what stands here; vpc-cni enforces it. kube-system is left alone: half of it shares the
# node's network, which no policy sees, and a deny would cut off what EKS brings with its next release.

locals {
  # By namespace: ports that answer whoever asks (the API server calls webhooks from addresses of its own, outside of
  # every namespace), ports of the world outside that are asked, and whether pods of every namespace are.
  ways = {
    # Git over SSH beside HTTPS; charts and clusters are on 443.
    "argocd" = { in = [], out = ["22", "443"], to_pods = false }

    # Looks at its own challenges from outside, as the authority will: on 80, and on 53 at the zone's servers.
    "cert-manager" = { in = ["10250"], out = ["53", "80", "443"], to_pods = false }

    "external-secrets" = { in = ["10250"], out = ["443"], to_pods = false }

    # Visitors, at the ports of nginx (80, 443) and of Envoy's pods (10080, 10443), and the webhooks of controllers.
    "edge" = { in = ["80", "443", "8443", "9443", "10080", "10443"], out = ["443"], to_pods = true }
  }
}

resource "kubernetes_network_policy_v1" "default" {
  for_each = local.ways

  metadata {
    name      = "default"
    namespace = kubernetes_namespace_v1.this[each.key].metadata[0].name
  }

  spec {
    policy_types = ["Ingress", "Egress"]

    pod_selector {}

    ingress {
      from {
        pod_selector {}
      }

      # Prometheus.
      from {
        namespace_selector {
          match_labels = { "kubernetes.io/metadata.name" = "observability" }
        }
      }
    }

    dynamic "ingress" {
      for_each = length(each.value.in) > 0 ? [each.value.in] : []

      content {
        dynamic "ports" {
          for_each = ingress.value

          content {
            port     = ports.value
            protocol = "TCP"
          }
        }
      }
    }

    egress {
      to {
        pod_selector {}
      }

      dynamic "to" {
        for_each = each.value.to_pods ? ["every namespace"] : []

        content {
          namespace_selector {}
        }
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

    dynamic "egress" {
      for_each = [each.value.out]

      content {
        to {
          ip_block {
            cidr = "0.0.0.0/0"
          }
        }

        dynamic "ports" {
          for_each = egress.value

          content {
            port     = ports.value
            protocol = "TCP"
          }
        }

        dynamic "ports" {
          for_each = contains(egress.value, "53") ? ["53"] : []

          content {
            port     = ports.value
            protocol = "UDP"
          }
        }
      }
    }
  }
}
