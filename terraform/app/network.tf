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

# Proxies are pods of the namespace edge; an Application Load Balancer comes from the public subnets.
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
      dynamic "from" {
        for_each = var.edge == "alb" ? [] : ["edge"]

        content {
          namespace_selector {
            match_labels = { "kubernetes.io/metadata.name" = from.value }
          }
        }
      }

      dynamic "from" {
        for_each = var.edge == "alb" ? local.foundation.public_subnet_cidrs : []

        content {
          ip_block {
            cidr = from.value
          }
        }
      }

      ports {
        port     = "8080"
        protocol = "TCP"
      }
    }
  }
}
