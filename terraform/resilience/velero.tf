locals {
  # Velero snapshots by the CSI driver when it moves what is in the snapshot, and needs a class of them for that.
  snapshot_classes = [
    for driver in ["ebs.csi.aws.com"] : {
      apiVersion     = "snapshot.storage.k8s.io/v1"
      kind           = "VolumeSnapshotClass"
      driver         = driver
      deletionPolicy = "Delete"

      metadata = {
        name   = "velero"
        labels = { "velero.io/csi-volumesnapshot-class" = "true" }
      }
    } if var.move_snapshots
  ]

  # What is rebuilt by the layers themselves, or would restore the restorer.
  never_backed_up = ["velero"]

  # Volume snapshots daily; the files of volumes weekly and monthly, by other machinery on purpose.
  templates = {
    daily = {
      excludedNamespaces       = concat(local.never_backed_up, ["kube-system"])
      snapshotVolumes          = true
      snapshotMoveData         = var.move_snapshots ? true : null
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
  repository = local.charts["velero"].repository
  chart      = "velero"
  version    = local.charts["velero"].version
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    credentials = { useSecret = false }

    serviceAccount = {
      server = {
        name        = "velero-server"
        annotations = module.velero_role.annotations
      }
    }

    initContainers = [{
      # Velero 1.18 wants a plugin of the line 1.14.
      name  = "velero-plugin-for-aws"
      image = "velero/velero-plugin-for-aws:v1.14.2"
      volumeMounts = [{
        name      = "plugins"
        mountPath = "/target"
      }]
    }]

    configuration = {
      features = var.move_snapshots ? "EnableCSI" : null

      # The one that is default serves backups that name no location.
      backupStorageLocation = concat([{
        name     = "default"
        provider = "aws"
        bucket   = local.bucket.id
        default  = true
        config = {
          region   = var.region
          kmsKeyId = local.key.arn
        }
      }], local.recovery_locations)

      volumeSnapshotLocation = [{
        name     = "default"
        provider = "aws"
        config   = { region = var.region }
      }]
    }

    # What a server needs for some hundred namespaces; it holds no data itself.
    resources = {
      requests = { cpu = "100m", memory = "128Mi" }
      limits   = { memory = "512Mi" }
    }

    # Bottlerocket enforces SELinux: only a privileged agent reads the volumes of other pods. It must run wherever
    # pods with volumes do, and the index of what is already backed up is kept in its memory.
    deployNodeAgent = true
    nodeAgent = {
      containerSecurityContext = { privileged = true }
      tolerations              = [{ operator = "Exists" }]
      resources = {
        requests = { cpu = "100m", memory = "256Mi" }
        limits   = { memory = "1Gi" }
      }
    }

    extraObjects = concat(local.verifier_fence, local.snapshot_classes)

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
