locals {
  # What is rebuilt by the layers themselves, or would restore the restorer.
  never_backed_up = ["velero"]

  # Volume snapshots daily; the files of volumes weekly and monthly, by other machinery on purpose.
  templates = {
    daily = {
      excludedNamespaces       = concat(local.never_backed_up, ["kube-system"])
      snapshotVolumes          = true
      defaultVolumesToFsBackup = false
      includeClusterResources  = null
    }
    weekly = {
      excludedNamespaces       = local.never_backed_up
      snapshotVolumes          = false
      defaultVolumesToFsBackup = true
      includeClusterResources  = null
    }
    monthly = {
      excludedNamespaces       = local.never_backed_up
      snapshotVolumes          = false
      defaultVolumesToFsBackup = true
      includeClusterResources  = true
    }
  }
}

resource "helm_release" "velero" {
  name       = "velero"
  repository = "https://vmware-tanzu.github.io/helm-charts"
  chart      = "velero"
  version    = "12.1.0"
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    credentials = { useSecret = false }

    serviceAccount = {
      server = {
        name        = "velero-server"
        annotations = { "eks.amazonaws.com/role-arn" = module.velero_role.arn }
      }
    }

    initContainers = [{
      name  = "velero-plugin-for-aws"
      image = "velero/velero-plugin-for-aws:v1.13.2"
      volumeMounts = [{
        name      = "plugins"
        mountPath = "/target"
      }]
    }]

    configuration = {
      # The one that is default serves backups that name no location.
      backupStorageLocation = [{
        name     = "default"
        provider = "aws"
        bucket   = aws_s3_bucket.backups.id
        default  = true
        config = {
          region   = var.region
          kmsKeyId = aws_kms_key.backups.arn
        }
      }]

      volumeSnapshotLocation = [{
        name     = "default"
        provider = "aws"
        config   = { region = var.region }
      }]
    }

    # Bottlerocket enforces SELinux: only a privileged agent reads the volumes of other pods.
    deployNodeAgent = true
    nodeAgent       = { containerSecurityContext = { privileged = true } }

    schedules = {
      for name, template in local.templates : name => {
        schedule = var.schedules[name].cron
        template = merge(
          { for key, value in template : key => value if value != null },
          { storageLocation = "default", ttl = "${var.schedules[name].days * 24}h0m0s" },
        )
      }
    }

    metrics = { serviceMonitor = { enabled = true } }
  })]

  # An empty bucket that takes plain HTTP or public objects would be worse than none.
  depends_on = [
    aws_s3_bucket_policy.backups,
    aws_s3_bucket_public_access_block.backups,
    aws_s3_bucket_server_side_encryption_configuration.backups,
    aws_s3_bucket_versioning.backups,
  ]
}
