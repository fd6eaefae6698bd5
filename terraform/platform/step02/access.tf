# What the groups of foundation's access entries may do.

# -----------------------------------------------------------------------------
# Validators: read what the gates judge, and no secret
# -----------------------------------------------------------------------------

locals {
  validators_read = {
    ""                             = ["nodes", "namespaces", "pods", "services", "configmaps", "persistentvolumeclaims", "persistentvolumes", "events", "resourcequotas", "limitranges"]
    "apps"                         = ["deployments", "daemonsets", "statefulsets", "replicasets"]
    "autoscaling"                  = ["horizontalpodautoscalers"]
    "policy"                       = ["poddisruptionbudgets"]
    "batch"                        = ["jobs", "cronjobs"]
    "networking.k8s.io"            = ["ingresses", "networkpolicies"]
    "discovery.k8s.io"             = ["endpointslices"]
    "storage.k8s.io"               = ["storageclasses"]
    "admissionregistration.k8s.io" = ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"]
    "apiextensions.k8s.io"         = ["customresourcedefinitions"]
    "apiregistration.k8s.io"       = ["apiservices"]
    "argoproj.io"                  = ["applications"]
    "cert-manager.io"              = ["certificates", "certificaterequests", "clusterissuers"]
    "acme.cert-manager.io"         = ["orders", "challenges"]
    "external-secrets.io"          = ["externalsecrets", "clustersecretstores"]
    "gateway.networking.k8s.io"    = ["gatewayclasses", "gateways", "httproutes", "listenersets"]
    "monitoring.coreos.com"        = ["alertmanagers", "prometheuses", "podmonitors", "prometheusrules", "servicemonitors"]
    "velero.io" = [
      "backuprepositories", "backups", "backupstoragelocations", "datadownloads", "datauploads",
      "podvolumebackups", "podvolumerestores", "restores", "schedules",
    ]
  }
}

resource "kubernetes_cluster_role_v1" "validators" {
  metadata {
    name = "strata:validators"
  }

  dynamic "rule" {
    for_each = local.validators_read

    content {
      api_groups = [rule.key]
      resources  = rule.value
      verbs      = ["get", "list"]
    }
  }

  rule {
    non_resource_urls = ["/livez", "/readyz", "/version"]
    verbs             = ["get"]
  }
}

resource "kubernetes_cluster_role_binding_v1" "validators" {
  metadata {
    name = "strata:validators"
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = kubernetes_cluster_role_v1.validators.metadata[0].name
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = "strata:validators"
  }
}

# -----------------------------------------------------------------------------
# Planners: read what the layers manage, and try custom resources without keeping them
# -----------------------------------------------------------------------------

locals {
  planners_read = {
    ""                             = ["namespaces", "serviceaccounts", "services", "configmaps", "persistentvolumeclaims", "resourcequotas", "limitranges"]
    "apps"                         = ["deployments", "daemonsets", "statefulsets"]
    "batch"                        = ["cronjobs"]
    "networking.k8s.io"            = ["ingresses", "ingressclasses", "networkpolicies"]
    "rbac.authorization.k8s.io"    = ["clusterroles", "clusterrolebindings", "roles", "rolebindings"]
    "storage.k8s.io"               = ["storageclasses"]
    "admissionregistration.k8s.io" = ["validatingadmissionpolicies", "validatingadmissionpolicybindings"]
    "apiextensions.k8s.io"         = ["customresourcedefinitions"]
  }

  # The kinds of every kubernetes_manifest; its plan is a server-side apply with dryRun.
  planners_try = {
    "argoproj.io"               = ["applications"]
    "cert-manager.io"           = ["certificates", "clusterissuers"]
    "external-secrets.io"       = ["clustersecretstores", "externalsecrets"]
    "gateway.networking.k8s.io" = ["httproutes", "listenersets"]
  }
}

resource "kubernetes_cluster_role_v1" "planners" {
  metadata {
    name = "strata:planners"
  }

  dynamic "rule" {
    for_each = local.planners_read

    content {
      api_groups = [rule.key]
      resources  = rule.value
      verbs      = ["get", "list"]
    }
  }

  dynamic "rule" {
    for_each = local.planners_try

    content {
      api_groups = [rule.key]
      resources  = rule.value
      verbs      = ["get", "list", "create", "patch"]
    }
  }

  # The fence comes first: for no moment may a planner write without it.
  depends_on = [helm_release.argocd]
}

resource "kubernetes_cluster_role_binding_v1" "planners" {
  metadata {
    name = "strata:planners"
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = kubernetes_cluster_role_v1.planners.metadata[0].name
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = "strata:planners"
  }
}

# Helm keeps its releases in secrets, so a plan reads those of the namespaces that hold a release.
# Layers above bind this role in their own namespaces.
resource "kubernetes_cluster_role_v1" "release_readers" {
  metadata {
    name = "strata:release-readers"
  }

  rule {
    api_groups = [""]
    resources  = ["secrets"]
    verbs      = ["get", "list"]
  }
}

resource "kubernetes_role_binding_v1" "release_readers" {
  for_each = toset(concat(["kube-system"], [for namespace in kubernetes_namespace_v1.this : namespace.metadata[0].name]))

  metadata {
    name      = "strata:release-readers"
    namespace = each.value
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = kubernetes_cluster_role_v1.release_readers.metadata[0].name
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = "strata:planners"
  }
}
