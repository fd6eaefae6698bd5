# The chart brings a policy for each of its services. These hold what it does not know of: whatever else comes into the
# namespace, and the edge, from which the chart lets nobody in once its own load balancer is off.

resource "kubernetes_network_policy_v1" "default_deny" {
  metadata {
    name      = "default-deny"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
  }

  spec {
    policy_types = ["Ingress", "Egress"]

    pod_selector {}
  }
}

resource "kubernetes_network_policy_v1" "dns" {
  metadata {
    name      = "dns"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
  }

  spec {
    policy_types = ["Egress"]

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
  }
}

resource "kubernetes_network_policy_v1" "frontend_from_edge" {
  metadata {
    name      = "frontend-from-edge"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
  }

  spec {
    policy_types = ["Ingress"]

    pod_selector {
      match_labels = { app = "frontend" }
    }

    ingress {
      from {
        namespace_selector {
          match_labels = { "kubernetes.io/metadata.name" = "edge" }
        }
      }

      ports {
        port     = "8080"
        protocol = "TCP"
      }
    }
  }
}
