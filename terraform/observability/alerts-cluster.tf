# Nodes, pods, volumes and the autoscaler; metrics of kube-state-metrics, the kubelet and cluster-autoscaler.

locals {
  cluster_alerts = {
    cluster = {
      NodeNotReady = {
        expr     = "kube_node_status_condition{condition=\"Ready\",status=\"true\"} == 0"
        for      = "10m"
        severity = "critical"
        summary  = "Node {{ $labels.node }} has not been ready for 10 minutes."
      }

      # The kubelet pauses up to five minutes between restarts: a window that long sees every one of them.
      PodCrashLooping = {
        expr     = "max_over_time(kube_pod_container_status_waiting_reason{reason=\"CrashLoopBackOff\"}[5m]) >= 1"
        for      = "15m"
        severity = "warning"
        summary  = "Container {{ $labels.container }} of pod {{ $labels.namespace }}/{{ $labels.pod }} crashes again and again."
      }

      VolumeNearlyFull = {
        expr     = "kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.15 and predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 86400) < 0"
        for      = "1h"
        severity = "warning"
        summary  = "Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has less than 15 % left and will be full within four days."
      }

      VolumeAlmostOut = {
        expr     = "kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.03"
        for      = "5m"
        severity = "critical"
        summary  = "Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left."
      }
    }

    autoscaling = {
      # Also the sign of a cluster at its maximum: the autoscaler tells no maximum by node group unless asked to.
      PodsUnschedulable = {
        expr     = "max(cluster_autoscaler_unschedulable_pods_count) > 0"
        for      = "20m"
        severity = "warning"
        summary  = "{{ $value }} pods have found no node for 20 minutes, and no node came."
      }

      AutoscalerUnsafe = {
        expr     = "max(cluster_autoscaler_cluster_safe_to_autoscale) == 0"
        for      = "15m"
        severity = "critical"
        summary  = "The autoscaler has stopped to scale: too many nodes are not ready."
      }

      AutoscalerFailing = {
        expr     = "sum by (type) (increase(cluster_autoscaler_errors_total[15m])) > 3"
        for      = "15m"
        severity = "warning"
        summary  = "The autoscaler keeps failing with {{ $labels.type }}."
      }
    }
  }
}
