# Nothing in, nothing out but what stands here. The node exporters share the node's network: no policy sees them.

resource "kubernetes_network_policy_v1" "default_deny" {
  metadata {
    name      = "default-deny"
    namespace = local.namespace
  }

  spec {
    policy_types = ["Ingress", "Egress"]

    pod_selector {}
  }
}

# Every part of this namespace is asked or fed by another.
resource "kubernetes_network_policy_v1" "within" {
  metadata {
    name      = "within"
    namespace = local.namespace
  }

  spec {
    policy_types = ["Ingress", "Egress"]

    pod_selector {}

    ingress {
      from {
        pod_selector {}
      }
    }

    egress {
      to {
        pod_selector {}
      }
    }
  }
}

# DNS; and 443 for the API server, S3 and STS, whose addresses change. The node's credentials are not on 443.
resource "kubernetes_network_policy_v1" "dns_and_https" {
  metadata {
    name      = "dns-and-https"
    namespace = local.namespace
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

# Prometheus asks every pod for its metrics, and the nodes for the kubelet's and their own.
resource "kubernetes_network_policy_v1" "scrapes" {
  metadata {
    name      = "prometheus-scrapes"
    namespace = local.namespace
  }

  spec {
    policy_types = ["Egress"]

    pod_selector {
      match_labels = { "app.kubernetes.io/name" = "prometheus" }
    }

    egress {
      to {
        namespace_selector {}
      }
    }

    egress {
      to {
        ip_block {
          cidr = "0.0.0.0/0"
        }
      }

      ports {
        port     = "9100"
        protocol = "TCP"
      }

      ports {
        port     = "10250"
        protocol = "TCP"
      }
    }
  }
}

# -----------------------------------------------------------------------------
# Who may come in from other namespaces
# -----------------------------------------------------------------------------

locals {
  # Proxies are pods of the namespace edge; an Application Load Balancer comes from the public subnets.
  edge_namespaces = var.edge == "alb" ? [] : ["edge"]
  edge_ranges     = var.edge == "alb" ? local.foundation.public_subnet_cidrs : []

  doors = {
    grafana    = { pods = { "app.kubernetes.io/name" = "grafana" }, ports = [3000], from = local.edge_namespaces, ranges = local.edge_ranges }
    solver     = { pods = { "acme.cert-manager.io/http01-solver" = "true" }, ports = [8089], from = ["edge"], ranges = [] }
    prometheus = { pods = { "app.kubernetes.io/name" = "prometheus" }, ports = [9090], from = var.metrics_readers, ranges = [] }
  }
}

resource "kubernetes_network_policy_v1" "doors" {
  for_each = local.doors

  metadata {
    name      = "to-${each.key}"
    namespace = local.namespace
  }

  spec {
    policy_types = ["Ingress"]

    pod_selector {
      match_labels = each.value.pods
    }

    ingress {
      dynamic "from" {
        for_each = each.value.from

        content {
          namespace_selector {
            match_labels = { "kubernetes.io/metadata.name" = from.value }
          }
        }
      }

      dynamic "from" {
        for_each = each.value.ranges

        content {
          ip_block {
            cidr = from.value
          }
        }
      }

      dynamic "ports" {
        for_each = each.value.ports

        content {
          port     = tostring(ports.value)
          protocol = "TCP"
        }
      }
    }
  }
}

resource "kubernetes_network_policy_v1" "otlp" {
  metadata {
    name      = "to-collector"
    namespace = local.namespace
  }

  spec {
    policy_types = ["Ingress"]

    pod_selector {
      match_labels = { "app.kubernetes.io/name" = "opentelemetry-collector" }
    }

    # Any application may send its traces.
    ingress {
      from {
        namespace_selector {}
      }

      ports {
        port     = "4317"
        protocol = "TCP"
      }

      ports {
        port     = "4318"
        protocol = "TCP"
      }
    }
  }
}

# The gates ask Prometheus for its targets through the API server, which comes from addresses of its own.
resource "kubernetes_network_policy_v1" "api_server" {
  metadata {
    name      = "to-prometheus-from-api-server"
    namespace = local.namespace
  }

  spec {
    policy_types = ["Ingress"]

    pod_selector {
      match_labels = { "app.kubernetes.io/name" = "prometheus" }
    }

    ingress {
      from {
        ip_block {
          cidr = "0.0.0.0/0"
        }
      }

      ports {
        port     = "9090"
        protocol = "TCP"
      }
    }
  }
}

# The API server asks whether a rule is well formed. It comes from addresses of its own, outside the nodes'.
resource "kubernetes_network_policy_v1" "operator_webhook" {
  metadata {
    name      = "to-operator-webhook"
    namespace = local.namespace
  }

  spec {
    policy_types = ["Ingress"]

    pod_selector {
      match_labels = { "app.kubernetes.io/name" = "kube-prometheus-stack-prometheus-operator" }
    }

    ingress {
      from {
        ip_block {
          cidr = "0.0.0.0/0"
        }
      }

      ports {
        port     = "10250"
        protocol = "TCP"
      }
    }
  }
}
