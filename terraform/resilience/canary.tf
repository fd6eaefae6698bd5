# A volume that is in every backup and says of itself whether it is whole. Restoring it is the proof that a
# backup holds data and not only objects.

locals {
  canary_namespace = kubernetes_namespace_v1.canary.metadata[0].name
  canary_labels    = { "app.kubernetes.io/name" = "backup-canary" }
}

resource "kubernetes_namespace_v1" "canary" {
  metadata {
    name = "backup-canary"

    labels = {
      "pod-security.kubernetes.io/enforce" = "restricted"
      "pod-security.kubernetes.io/warn"    = "restricted"
      "pod-security.kubernetes.io/audit"   = "restricted"
    }
  }
}

# It talks to nobody, here or wherever it is restored to.
resource "kubernetes_network_policy_v1" "canary" {
  metadata {
    name      = "deny-all"
    namespace = local.canary_namespace
  }

  spec {
    policy_types = ["Ingress", "Egress"]

    pod_selector {}
  }
}

resource "kubernetes_config_map_v1" "canary" {
  metadata {
    name      = "backup-canary"
    namespace = local.canary_namespace
  }

  data = {
    "verify.sh" = file("${path.module}/canary/verify.sh")
    "write.sh"  = file("${path.module}/canary/write.sh")
  }
}

# Bound with its first pod, as the class gp3 of platform-step02 says. 1 GiB costs about 0.10 USD a month.
resource "kubernetes_persistent_volume_claim_v1" "canary" {
  wait_until_bound = false

  metadata {
    name      = "backup-canary"
    namespace = local.canary_namespace
  }

  spec {
    access_modes       = ["ReadWriteOnce"]
    storage_class_name = "gp3"

    resources {
      requests = { storage = "1Gi" }
    }
  }
}

resource "kubernetes_deployment_v1" "canary" {
  metadata {
    name      = "backup-canary"
    namespace = local.canary_namespace
    labels    = local.canary_labels
  }

  spec {
    replicas = 1

    selector {
      match_labels = local.canary_labels
    }

    # The volume can be mounted by one node at a time.
    strategy {
      type = "Recreate"
    }

    template {
      metadata {
        labels      = local.canary_labels
        annotations = { "checksum/scripts" = sha256(jsonencode(kubernetes_config_map_v1.canary.data)) }
      }

      spec {
        automount_service_account_token  = false
        enable_service_links             = false
        termination_grace_period_seconds = 5

        security_context {
          run_as_non_root = true
          run_as_user     = 65534
          run_as_group    = 65534
          fs_group        = 65534

          seccomp_profile {
            type = "RuntimeDefault"
          }
        }

        container {
          name    = "canary"
          image   = "public.ecr.aws/docker/library/busybox:1.37.0"
          command = ["sh", "/scripts/write.sh"]

          # A restored copy is in another namespace; there it must not write.
          env {
            name = "NAMESPACE"

            value_from {
              field_ref {
                field_path = "metadata.namespace"
              }
            }
          }

          env {
            name  = "HOME_NAMESPACE"
            value = local.canary_namespace
          }

          # Ready is: the file is whole.
          readiness_probe {
            period_seconds    = 30
            timeout_seconds   = 5
            failure_threshold = 1

            exec {
              command = ["sh", "/scripts/verify.sh"]
            }
          }

          resources {
            requests = { cpu = "5m", memory = "16Mi" }
            limits   = { memory = "32Mi" }
          }

          security_context {
            allow_privilege_escalation = false
            read_only_root_filesystem  = true

            capabilities {
              drop = ["ALL"]
            }
          }

          volume_mount {
            name       = "data"
            mount_path = "/data"
          }

          volume_mount {
            name       = "scripts"
            mount_path = "/scripts"
            read_only  = true
          }
        }

        volume {
          name = "data"

          persistent_volume_claim {
            claim_name = kubernetes_persistent_volume_claim_v1.canary.metadata[0].name
          }
        }

        volume {
          name = "scripts"

          config_map {
            name = kubernetes_config_map_v1.canary.metadata[0].name
          }
        }
      }
    }
  }
}
