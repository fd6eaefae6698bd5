locals {
  # Services that the environment's boundary lets a role read; others would only report that they are forbidden.
  audited_services = [
    "autoscaling", "cloudtrail", "cloudwatch", "ec2", "ecr", "eks", "elbv2", "guardduty",
    "iam", "kms", "route53", "s3", "ssm", "vpc",
  ]
}

resource "kubernetes_service_account_v1" "prowler" {
  metadata {
    name        = "prowler"
    namespace   = local.namespace["prowler"]
    annotations = module.prowler_role.annotations
  }

  # It asks AWS, and nothing of the cluster: that is what the reports of Trivy are for.
  automount_service_account_token = false
}

resource "kubernetes_cron_job_v1" "prowler" {
  metadata {
    name      = "prowler"
    namespace = local.namespace["prowler"]
  }

  spec {
    schedule                      = var.prowler.schedule
    timezone                      = "Etc/UTC"
    concurrency_policy            = "Forbid"
    starting_deadline_seconds     = 3600
    successful_jobs_history_limit = 1
    failed_jobs_history_limit     = 3

    job_template {
      metadata {}

      spec {
        backoff_limit           = 1
        active_deadline_seconds = 7200

        template {
          metadata {
            labels = { "app.kubernetes.io/name" = "prowler" }
          }

          spec {
            service_account_name            = kubernetes_service_account_v1.prowler.metadata[0].name
            automount_service_account_token = false
            restart_policy                  = "Never"

            security_context {
              run_as_non_root = true
              run_as_user     = "1000"
              run_as_group    = "1000"
              fs_group        = "1000"

              seccomp_profile {
                type = "RuntimeDefault"
              }
            }

            container {
              name  = "prowler"
              image = var.prowler.image

              # Findings are no failure of the job: they are what it is for.
              args = concat(
                ["aws", "--no-banner", "--ignore-exit-code-3", "--region", var.region],
                ["--output-formats", "csv", "json-ocsf", "html", "--output-bucket", aws_s3_bucket.findings.id],
                ["--services"], local.audited_services,
              )

              # Its home stays writable: the launcher keeps caches there.
              security_context {
                allow_privilege_escalation = false

                capabilities {
                  drop = ["ALL"]
                }
              }

              resources {
                requests = { cpu = "250m", memory = "1Gi" }
                limits   = { memory = "3Gi" }
              }

              volume_mount {
                name       = "reports"
                mount_path = "/home/prowler/output"
              }
            }

            volume {
              name = "reports"

              empty_dir {
                size_limit = "1Gi"
              }
            }
          }
        }
      }
    }
  }

  # A report must find its way out and an encrypted, closed bucket at the end of it.
  depends_on = [
    aws_s3_bucket_policy.findings,
    aws_s3_bucket_public_access_block.findings,
    aws_s3_bucket_server_side_encryption_configuration.findings,
    kubernetes_limit_range_v1.this,
    kubernetes_network_policy_v1.default,
    kubernetes_resource_quota_v1.this,
  ]
}
