# What the layers below promise: certificates, secrets, delivery and backups. Metrics of cert-manager,
# external-secrets, ArgoCD and Velero; where they name a namespace themselves, Prometheus calls it exported_namespace.

locals {
  # Hours after which a schedule's last good backup is too old: its period, and the time that it may take.
  backup_ages = {
    velero-daily   = 24 + 2
    velero-weekly  = 7 * 24 + 12
    velero-monthly = 31 * 24 + 24
  }

  platform_alerts = {
    certificates = {
      # Not by days left: a healthy certificate of 64 days has 21 of them when it is renewed.
      CertificateRenewalOverdue = {
        expr     = "time() - certmanager_certificate_renewal_timestamp_seconds > 86400 and certmanager_certificate_renewal_timestamp_seconds > 0"
        for      = "1h"
        severity = "warning"
        summary  = "Certificate {{ $labels.exported_namespace }}/{{ $labels.name }} should have been renewed a day ago."
      }

      CertificateExpiresSoon = {
        expr     = "certmanager_certificate_expiration_timestamp_seconds - time() < 7 * 86400 and certmanager_certificate_expiration_timestamp_seconds > 0"
        for      = "1h"
        severity = "critical"
        summary  = "Certificate {{ $labels.exported_namespace }}/{{ $labels.name }} expires in {{ $value | humanizeDuration }}."
      }

      CertificateNotReady = {
        expr     = "certmanager_certificate_ready_status{condition!=\"True\"} == 1"
        for      = "1h"
        severity = "warning"
        summary  = "Certificate {{ $labels.exported_namespace }}/{{ $labels.name }} has not been ready for an hour."
      }
    }

    secrets = {
      ExternalSecretNotSynced = {
        expr     = "externalsecret_status_condition{condition=\"Ready\",status=\"False\"} == 1"
        for      = "30m"
        severity = "warning"
        summary  = "ExternalSecret {{ $labels.exported_namespace }}/{{ $labels.name }} has not been synced for 30 minutes."
      }

      SecretStoreNotReady = {
        expr     = "clustersecretstore_status_condition{condition=\"Ready\",status=\"False\"} == 1"
        for      = "15m"
        severity = "critical"
        summary  = "ClusterSecretStore {{ $labels.name }} is not ready: no secret is refreshed."
      }
    }

    delivery = {
      ApplicationOutOfSync = {
        expr     = "argocd_app_info{sync_status!=\"Synced\"} == 1"
        for      = "30m"
        severity = "warning"
        summary  = "Application {{ $labels.name }} has been {{ $labels.sync_status }} for 30 minutes, although it syncs by itself."
      }

      ApplicationUnhealthy = {
        expr     = "argocd_app_info{health_status=~\"Degraded|Missing|Unknown\"} == 1"
        for      = "15m"
        severity = "critical"
        summary  = "Application {{ $labels.name }} is {{ $labels.health_status }}."
      }
    }

    backups = {
      BackupFailed = {
        expr     = "sum by (schedule) (increase(velero_backup_failure_total{schedule!=\"\"}[1d]) + increase(velero_backup_partial_failure_total{schedule!=\"\"}[1d])) > 0"
        for      = "5m"
        severity = "warning"
        summary  = "A backup of {{ $labels.schedule }} failed, or is not whole."
      }

      BackupTooOld = {
        expr     = join(" or ", [for schedule, hours in local.backup_ages : "time() - max by (schedule) (velero_backup_last_successful_timestamp{schedule=\"${schedule}\"}) > ${hours * 3600}"])
        for      = "15m"
        severity = "critical"
        summary  = "The last good backup of {{ $labels.schedule }} is {{ $value | humanizeDuration }} old."
      }

      # A schedule that never succeeded has no age. The daily one has had its chance after a day.
      BackupNeverSucceeded = {
        expr     = "max by (schedule) (velero_backup_attempt_total{schedule=\"velero-daily\"}) unless on (schedule) velero_backup_last_successful_timestamp"
        for      = "26h"
        severity = "critical"
        summary  = "{{ $labels.schedule }} has never made a good backup."
      }

      VolumeSnapshotFailed = {
        expr     = "sum by (schedule) (increase(velero_volume_snapshot_failure_total[1d])) > 0 or sum by (schedule) (increase(velero_csi_snapshot_failure_total[1d])) > 0"
        for      = "5m"
        severity = "critical"
        summary  = "A volume could not be snapshotted in {{ $labels.schedule }}: that backup holds its objects, not its data."
      }
    }
  }
}
