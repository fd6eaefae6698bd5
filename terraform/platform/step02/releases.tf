# Releases wait for their workloads and are never rolled back by Helm: a failed one stays as evidence
# for the gates. Its namespace is made apart, so that it bears its pod security labels from the start.

resource "helm_release" "prometheus_operator_crds" {
  name       = "prometheus-operator-crds"
  repository = local.charts["prometheus-operator-crds"].repository
  chart      = "prometheus-operator-crds"
  version    = local.charts["prometheus-operator-crds"].version
  namespace  = "kube-system"

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds
}

# -----------------------------------------------------------------------------
# Secrets and certificates
# -----------------------------------------------------------------------------

resource "helm_release" "external_secrets" {
  name       = "external-secrets"
  repository = local.charts["external-secrets"].repository
  chart      = "external-secrets"
  version    = local.charts["external-secrets"].version
  namespace  = local.release_namespaces["external-secrets"]

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    installCRDs = true

    # Two controllers without an elected leader would both write.
    replicaCount = 2
    leaderElect  = true

    podDisruptionBudget       = { enabled = true }
    serviceMonitor            = { enabled = true }
    topologySpreadConstraints = local.spread.external_secrets

    webhook = {
      replicaCount              = 2
      podDisruptionBudget       = { enabled = true }
      topologySpreadConstraints = local.spread.external_secrets_webhook
    }

    certController = {
      replicaCount              = 2
      podDisruptionBudget       = { enabled = true }
      topologySpreadConstraints = local.spread.external_secrets_cert
    }
  })]

  depends_on = [helm_release.prometheus_operator_crds]
}

resource "helm_release" "cert_manager" {
  name       = "cert-manager"
  repository = local.charts["cert-manager"].repository
  chart      = "cert-manager"
  version    = local.charts["cert-manager"].version
  namespace  = local.release_namespaces["cert-manager"]

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    crds = {
      enabled = true
      keep    = true
    }

    replicaCount              = 2
    podDisruptionBudget       = { enabled = true }
    topologySpreadConstraints = local.spread.cert_manager

    serviceAccount = {
      annotations = local.role_annotations["cert-manager"]
    }

    webhook = {
      replicaCount              = 2
      podDisruptionBudget       = { enabled = true }
      topologySpreadConstraints = local.spread.cert_manager_webhook
    }

    cainjector = {
      replicaCount              = 2
      podDisruptionBudget       = { enabled = true }
      topologySpreadConstraints = local.spread.cert_manager_cainjector
    }

    prometheus = { servicemonitor = { enabled = true } }

    # Solves HTTP-01 challenges by an HTTPRoute, too.
    config = {
      apiVersion       = "controller.config.cert-manager.io/v1alpha1"
      kind             = "ControllerConfiguration"
      enableGatewayAPI = local.has_gateway
    }
  })]

  # The controller looks once, when it starts, whether there is a Gateway API.
  depends_on = [helm_release.envoy_gateway, helm_release.prometheus_operator_crds]
}

# -----------------------------------------------------------------------------
# Continuous delivery
# -----------------------------------------------------------------------------

resource "helm_release" "argocd" {
  name       = "argocd"
  repository = local.charts["argo-cd"].repository
  chart      = "argo-cd"
  version    = local.charts["argo-cd"].version
  namespace  = local.release_namespaces["argocd"]

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    global = { domain = "argocd.${var.domain}" }

    # No single sign-on is configured, so there is nothing for Dex to do.
    dex = { enabled = false }

    controller = {
      metrics = {
        enabled        = true
        serviceMonitor = { enabled = true }
      }
    }

    server = {
      replicas                  = 2
      pdb                       = { enabled = true, minAvailable = 1 }
      topologySpreadConstraints = local.spread.argocd_server
    }

    repoServer = {
      replicas                  = 2
      pdb                       = { enabled = true, minAvailable = 1 }
      topologySpreadConstraints = local.spread.argocd_repo_server
    }

    applicationSet = {
      replicas                  = 2
      pdb                       = { enabled = true, minAvailable = 1 }
      topologySpreadConstraints = local.spread.argocd_application_set
    }

    # Three, each on a node of its own: a node less, and nobody has to log in or compare anew.
    "redis-ha" = { enabled = true }

    extraObjects = concat(local.planner_fence, local.gateway_objects)
  })]

  # Both must be there before the objects that travel along.
  depends_on = [
    helm_release.cert_manager,
    helm_release.envoy_gateway,
    helm_release.prometheus_operator_crds,
  ]
}

# -----------------------------------------------------------------------------
# Scaling
# -----------------------------------------------------------------------------

resource "helm_release" "cluster_autoscaler" {
  name       = "cluster-autoscaler"
  repository = local.charts["cluster-autoscaler"].repository
  chart      = "cluster-autoscaler"
  version    = local.charts["cluster-autoscaler"].version
  namespace  = "kube-system"

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    # EKS tags the groups of its node groups for discovery by this name.
    autoDiscovery = { clusterName = local.foundation.cluster_name }
    awsRegion     = var.region
    replicaCount  = 2

    topologySpreadConstraints = local.spread.cluster_autoscaler

    rbac = {
      serviceAccount = {
        # The role trusts this name and no other.
        name        = "cluster-autoscaler"
        annotations = local.role_annotations["cluster-autoscaler"]
      }
    }

    extraArgs = {
      "balance-similar-node-groups"   = true
      "expander"                      = "least-waste"
      "skip-nodes-with-local-storage" = false
    }
  })]
}

resource "helm_release" "metrics_server" {
  name       = "metrics-server"
  repository = local.charts["metrics-server"].repository
  chart      = "metrics-server"
  version    = local.charts["metrics-server"].version
  namespace  = "kube-system"

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    replicas = 2

    topologySpreadConstraints = local.spread.metrics_server

    podDisruptionBudget = {
      enabled      = true
      minAvailable = 1
    }
  })]
}
