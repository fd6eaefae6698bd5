# Who proves by restoring that backups can be restored. Velero itself is cluster-admin, so creating a Restore is
# close to being one; RBAC cannot look into a Restore, which is why restore-fence.tf does.

locals {
  verifiers        = "strata:restore-verifiers"
  sandbox_prefix   = "restore-verify-"
  sandbox_label    = "strata/restore-verify"
  restore_modifier = kubernetes_config_map_v1.restore_modifier.metadata[0].name

  # Kinds that would do something outside their namespace: take a host, spend certificates, write to Parameter
  # Store, hand the copy to Argo CD.
  never_restored = [
    "applications.argoproj.io",
    "applicationsets.argoproj.io",
    "appprojects.argoproj.io",
    "certificaterequests.cert-manager.io",
    "certificates.cert-manager.io",
    "challenges.acme.cert-manager.io",
    "dnsendpoints.externaldns.k8s.io",
    "externalsecrets.external-secrets.io",
    "gateways.gateway.networking.k8s.io",
    "grpcroutes.gateway.networking.k8s.io",
    "httproutes.gateway.networking.k8s.io",
    "ingresses.networking.k8s.io",
    "issuers.cert-manager.io",
    "orders.acme.cert-manager.io",
    "pushsecrets.external-secrets.io",
    "secretstores.external-secrets.io",
    "targetgroupbindings.elbv2.k8s.aws",
  ]

  verifiers_in_velero = {
    backups                = ["get", "list"]
    backupstoragelocations = ["get", "list"]
    downloadrequests       = ["create", "get", "delete"]
    restores               = ["create", "get", "list", "delete"]
    schedules              = ["get", "list"]
  }

  # Reads by which a restored namespace is judged; never the contents of Secrets, nor logs. Writes end at the fence.
  verifiers_anywhere = {
    namespaces       = { group = "", resources = ["namespaces"], verbs = ["create", "get", "list", "delete"] }
    objects          = { group = "", resources = ["configmaps", "events", "persistentvolumeclaims", "persistentvolumes", "pods", "services"], verbs = ["get", "list"] }
    workloads        = { group = "apps", resources = ["daemonsets", "deployments", "replicasets", "statefulsets"], verbs = ["get", "list"] }
    smoke_tests      = { group = "batch", resources = ["jobs"], verbs = ["create", "get", "list", "delete"] }
    network_policies = { group = "networking.k8s.io", resources = ["networkpolicies"], verbs = ["create", "get", "list"] }
    quotas           = { group = "", resources = ["resourcequotas"], verbs = ["create"] }
  }
}

# A copy must not open a load balancer to the internet, nor do tonight's work a second time.
resource "kubernetes_config_map_v1" "restore_modifier" {
  metadata {
    name      = "restore-verify"
    namespace = local.namespace
  }

  data = {
    "modifier.yaml" = yamlencode({
      version = "v1"

      resourceModifierRules = [
        {
          conditions = {
            groupResource = "services"
            matches       = [{ path = "/spec/type", value = "LoadBalancer" }]
          }

          mergePatches = [{
            patchData = jsonencode({
              spec = {
                type                          = "ClusterIP"
                allocateLoadBalancerNodePorts = null
                externalTrafficPolicy         = null
                healthCheckNodePort           = null
                loadBalancerClass             = null
              }
            })
          }]
        },
        {
          conditions   = { groupResource = "cronjobs.batch" }
          mergePatches = [{ patchData = jsonencode({ spec = { suspend = true } }) }]
        },
      ]
    })
  }
}

resource "kubernetes_role_v1" "restore_verifiers" {
  metadata {
    name      = local.verifiers
    namespace = local.namespace
  }

  dynamic "rule" {
    for_each = local.verifiers_in_velero

    content {
      api_groups = ["velero.io"]
      resources  = [rule.key]
      verbs      = rule.value
    }
  }
}

resource "kubernetes_cluster_role_v1" "restore_verifiers" {
  metadata {
    name = local.verifiers
  }

  dynamic "rule" {
    for_each = local.verifiers_anywhere

    content {
      api_groups = [rule.value.group]
      resources  = rule.value.resources
      verbs      = rule.value.verbs
    }
  }
}

# The fence comes first: for no moment may a verifier write without it.
resource "kubernetes_role_binding_v1" "restore_verifiers" {
  metadata {
    name      = local.verifiers
    namespace = local.namespace
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Role"
    name      = kubernetes_role_v1.restore_verifiers.metadata[0].name
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = local.verifiers
  }

  depends_on = [helm_release.velero]
}

resource "kubernetes_cluster_role_binding_v1" "restore_verifiers" {
  metadata {
    name = local.verifiers
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = kubernetes_cluster_role_v1.restore_verifiers.metadata[0].name
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = local.verifiers
  }

  depends_on = [helm_release.velero]
}
