variable "edge" {
  description = "What stands between the internet and the applications, as platform-step02 was told: nginx, envoy or alb."
  type        = string
  default     = "nginx"

  validation {
    condition     = contains(["nginx", "envoy", "alb"], var.edge)
    error_message = "edge must be nginx, envoy or alb; docs/edge.md says how to choose."
  }
}

# The certificate is asked for here and not by an annotation, so that it outlives a change of the proxies. An
# Application Load Balancer has one of AWS for all hosts.
resource "kubernetes_manifest" "certificate" {
  count = var.edge == "alb" ? 0 : 1

  manifest = {
    apiVersion = "cert-manager.io/v1"
    kind       = "Certificate"

    metadata = {
      name      = "grafana-tls"
      namespace = kubernetes_namespace_v1.this.id
    }

    spec = {
      secretName = "grafana-tls"
      dnsNames   = [local.host]

      issuerRef = {
        group = "cert-manager.io"
        kind  = "ClusterIssuer"
        name  = var.issuer
      }
    }
  }
}

moved {
  from = kubernetes_manifest.certificate
  to   = kubernetes_manifest.certificate[0]
}

# -----------------------------------------------------------------------------
# nginx and alb
# -----------------------------------------------------------------------------

resource "kubernetes_ingress_v1" "grafana" {
  count = var.edge == "envoy" ? 0 : 1

  metadata {
    name      = "grafana"
    namespace = kubernetes_namespace_v1.this.metadata[0].name

    annotations = var.edge != "alb" ? null : {
      # Port 80 is the edge's own, which sends everybody here.
      "alb.ingress.kubernetes.io/listen-ports"     = jsonencode([{ HTTPS = 443 }])
      "alb.ingress.kubernetes.io/healthcheck-path" = "/api/health"
    }
  }

  spec {
    ingress_class_name = var.edge

    dynamic "tls" {
      for_each = kubernetes_manifest.certificate

      content {
        hosts       = [local.host]
        secret_name = tls.value.manifest.spec.secretName
      }
    }

    rule {
      host = local.host

      http {
        path {
          path      = "/"
          path_type = "Prefix"

          backend {
            service {
              name = "${helm_release.kube_prometheus_stack.name}-grafana"

              port {
                number = 80
              }
            }
          }
        }
      }
    }
  }
}

# -----------------------------------------------------------------------------
# envoy
# -----------------------------------------------------------------------------

# The Secret may be missing at first: the listener starts to answer when the certificate is there.
resource "kubernetes_manifest" "listeners" {
  count = var.edge == "envoy" ? 1 : 0

  manifest = {
    apiVersion = "gateway.networking.k8s.io/v1"
    kind       = "ListenerSet"

    metadata = {
      name      = "grafana"
      namespace = kubernetes_namespace_v1.this.id
    }

    spec = {
      parentRef = {
        group     = "gateway.networking.k8s.io"
        kind      = "Gateway"
        name      = "edge"
        namespace = "edge"
      }

      listeners = [{
        name          = "https"
        hostname      = local.host
        port          = 443
        protocol      = "HTTPS"
        allowedRoutes = { namespaces = { from = "Same" } }

        tls = {
          mode            = "Terminate"
          certificateRefs = [{ group = "", kind = "Secret", name = "grafana-tls" }]
        }
      }]
    }
  }
}

resource "kubernetes_manifest" "route" {
  count = var.edge == "envoy" ? 1 : 0

  manifest = {
    apiVersion = "gateway.networking.k8s.io/v1"
    kind       = "HTTPRoute"

    metadata = {
      name      = "grafana"
      namespace = kubernetes_namespace_v1.this.id
    }

    spec = {
      hostnames = [local.host]

      parentRefs = [{
        group = "gateway.networking.k8s.io"
        kind  = "ListenerSet"
        name  = kubernetes_manifest.listeners[0].manifest.metadata.name
      }]

      rules = [{
        matches = [{ path = { type = "PathPrefix", value = "/" } }]

        backendRefs = [{
          group  = ""
          kind   = "Service"
          name   = "${helm_release.kube_prometheus_stack.name}-grafana"
          port   = 80
          weight = 1
        }]
      }]
    }
  }
}
