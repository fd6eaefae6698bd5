# The chart's own policies deny everything that they do not know, and they do not know the pods with which
# cert-manager answers HTTP-01 challenges: without this, the certificate is never issued nor renewed.
resource "kubernetes_network_policy_v1" "acme_solver" {
  metadata {
    name      = "acme-http01-solver"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
  }

  spec {
    policy_types = ["Ingress"]

    pod_selector {
      match_labels = {
        "acme.cert-manager.io/http01-solver" = "true"
      }
    }

    ingress {
      from {
        namespace_selector {
          match_labels = {
            "kubernetes.io/metadata.name" = "ingress-nginx"
          }
        }
      }

      ports {
        port     = "8089"
        protocol = "TCP"
      }
    }
  }
}
