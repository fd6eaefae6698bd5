# Whom Kyverno is never asked about. The API server leaves these namespaces out before it calls the webhook, so
# that a dead Kyverno blocks nothing that the cluster, or whoever repairs it, needs.
locals {
  never_asked = merge(
    {
      "kube-node-lease" = "nodes report their life here"
      "kube-public"     = "holds what every client may read before it is known"
      "kube-system"     = "network, storage and DNS need the host, and must start while Kyverno is down"
      "kyverno"         = "would have to admit itself before it runs"
      "observability"   = "the node exporter shares the node's network and processes, Alloy reads its logs"
      "trivy-system"    = "its scans are made and gone by the minute; pod security labels hold them"
      "velero"          = "the node agent reads volumes through the host, and restores must not wait"
    },
    {
      for namespace in local.platform.namespaces :
      namespace => "carries the platform; its pod security labels are enforced by the API server itself"
    },
    var.exempt_namespaces,
  )

  exempt = sort(keys(local.never_asked))

  # A policy that only reports must block nothing when it cannot be asked; one that refuses must not be passed
  # by stopping who asks.
  failure_policy = var.policy_action == "Enforce" ? "Fail" : "Ignore"

  kyverno_controllers = {
    admissionController  = "admission-controller"
    backgroundController = "background-controller"
    cleanupController    = "cleanup-controller"
    reportsController    = "reports-controller"
  }
}

resource "helm_release" "kyverno" {
  name       = "kyverno"
  repository = local.charts["kyverno"].repository
  chart      = "kyverno"
  version    = local.charts["kyverno"].version
  namespace  = local.namespace["kyverno"]

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    config = {
      webhooks = {
        namespaceSelector = {
          matchExpressions = [{
            key      = "kubernetes.io/metadata.name"
            operator = "NotIn"
            values   = local.exempt
          }]
        }
      }
    }

    admissionController = {
      replicas                  = var.kyverno_replicas
      priorityClassName         = "system-cluster-critical"
      topologySpreadConstraints = local.over_zones["admissionController"]
      serviceMonitor            = { enabled = true }
    }

    backgroundController = {
      replicas                  = min(2, var.kyverno_replicas)
      topologySpreadConstraints = local.over_zones["backgroundController"]
      serviceMonitor            = { enabled = true }
    }

    cleanupController = {
      replicas                  = min(2, var.kyverno_replicas)
      topologySpreadConstraints = local.over_zones["cleanupController"]
      serviceMonitor            = { enabled = true }
    }

    reportsController = {
      replicas                  = min(2, var.kyverno_replicas)
      topologySpreadConstraints = local.over_zones["reportsController"]
      serviceMonitor            = { enabled = true }
    }
  })]

  # Its clean-up at the end needs the way out as much as its start does.
  depends_on = [
    kubernetes_limit_range_v1.this,
    kubernetes_network_policy_v1.default,
    kubernetes_network_policy_v1.kyverno_webhooks,
    kubernetes_resource_quota_v1.this,
  ]
}

locals {
  over_zones = {
    for controller, component in local.kyverno_controllers : controller => [{
      maxSkew           = 1
      topologyKey       = "topology.kubernetes.io/zone"
      whenUnsatisfiable = "ScheduleAnyway"
      labelSelector = {
        matchLabels = {
          "app.kubernetes.io/instance"  = "kyverno"
          "app.kubernetes.io/component" = component
        }
      }
    }]
  }
}

resource "helm_release" "kyverno_policies" {
  name       = "kyverno-policies"
  repository = local.charts["kyverno-policies"].repository
  chart      = "kyverno-policies"
  version    = local.charts["kyverno-policies"].version
  namespace  = local.namespace["kyverno"]

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    # Said, because the exemption below is read for this type only.
    policyType              = "ValidatingPolicy"
    podSecurityStandard     = var.pod_security_standard
    validationFailureAction = var.policy_action
    failurePolicy           = local.failure_policy
    vpolExclude             = { excludeNamespaces = local.exempt }
  })]

  depends_on = [helm_release.kyverno]
}
