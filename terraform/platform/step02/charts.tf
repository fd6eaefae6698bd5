# Every chart of this layer: where it comes from, which release, how long it is supported, and by what it is followed.
# Days and versions are those that upstream names; null where it names none.

locals {
  charts = {
    "prometheus-operator-crds" = {
      repository       = "https://prometheus-community.github.io/helm-charts"
      version          = "31.0.1"
      supported_until  = null
      kubernetes_until = null
      successor        = null
    }

    "external-secrets" = {
      repository       = "https://charts.external-secrets.io"
      version          = "2.9.0"
      supported_until  = null
      kubernetes_until = "1.36"
      successor        = "only the newest minor is supported, and there is one about every three weeks"
    }

    "cert-manager" = {
      repository       = "https://charts.jetstack.io"
      version          = "v1.21.1"
      supported_until  = null
      kubernetes_until = null
      successor        = "the two newest minors are supported"
    }

    "argo-cd" = {
      repository       = "https://argoproj.github.io/argo-helm"
      version          = "10.1.1"
      supported_until  = null
      kubernetes_until = null
      successor        = "the three newest minors of Argo CD are supported"
    }

    "cluster-autoscaler" = {
      repository       = "https://kubernetes.github.io/autoscaler"
      version          = "9.56.0"
      supported_until  = null
      kubernetes_until = "1.35"
      successor        = "its minor is that of Kubernetes; Karpenter is the other way to scale"
    }

    "metrics-server" = {
      repository       = "https://kubernetes-sigs.github.io/metrics-server"
      version          = "3.13.1"
      supported_until  = null
      kubernetes_until = null
      successor        = null
    }

    "ingress-nginx" = {
      repository       = "https://kubernetes.github.io/ingress-nginx"
      version          = "4.15.1"
      supported_until  = "2026-03-31"
      kubernetes_until = "1.35"
      successor        = "set edge to another one; docs/edge.md says how to choose"
    }

    "aws-load-balancer-controller" = {
      repository       = "https://aws.github.io/eks-charts"
      version          = "3.5.0"
      supported_until  = null
      kubernetes_until = null
      successor        = "each minor follows the versions that EKS supports"
    }

    "gateway-helm" = {
      repository       = "oci://docker.io/envoyproxy"
      version          = "v1.9.0"
      supported_until  = null
      kubernetes_until = "1.36"
      successor        = "each minor is supported for about half a year"
    }
  }
}

locals {
  # One of them stands at the edge.
  installed_charts = { for name, chart in local.charts : name => chart if !contains(local.other_edges, name) }
  other_edges      = [for edge, name in { nginx = "ingress-nginx", envoy = "gateway-helm", alb = "aws-load-balancer-controller" } : name if edge != var.edge]
}

module "chart_support" {
  source = "../../modules/chart-support"

  charts             = local.installed_charts
  kubernetes_version = local.foundation.kubernetes_version
}

check "charts_are_supported" {
  assert {
    condition     = length(module.chart_support.ended) == 0
    error_message = "${join(" ", module.chart_support.ended)} docs/upgrading.md says how."
  }
}

check "charts_are_tested_with_kubernetes" {
  assert {
    condition     = length(module.chart_support.untested) == 0
    error_message = "${join(" ", module.chart_support.untested)} docs/upgrading.md says how."
  }
}
