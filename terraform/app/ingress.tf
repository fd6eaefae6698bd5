# cert-manager makes the Certificate frontend-tls out of this.
resource "kubernetes_ingress_v1" "frontend" {
  metadata {
    name      = "frontend"
    namespace = kubernetes_namespace_v1.this.metadata[0].name

    annotations = {
      "cert-manager.io/cluster-issuer" = var.issuer
    }
  }

  spec {
    ingress_class_name = "nginx"

    tls {
      hosts       = [local.host]
      secret_name = "frontend-tls"
    }

    rule {
      host = local.host

      http {
        path {
          path      = "/"
          path_type = "Prefix"

          backend {
            service {
              # Made by the chart.
              name = "frontend"

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
