# What the validators may ask in this namespace beyond reading objects: Prometheus, by the API server's proxy, and
# nothing else behind a Service.

resource "kubernetes_role_v1" "metrics_reader" {
  metadata {
    name      = "strata:metrics-reader"
    namespace = local.namespace
  }

  rule {
    api_groups     = [""]
    resources      = ["services/proxy"]
    resource_names = ["kube-prometheus-stack-prometheus:9090"]
    verbs          = ["get"]
  }
}

resource "kubernetes_role_binding_v1" "metrics_reader" {
  metadata {
    name      = "strata:metrics-reader"
    namespace = local.namespace
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Role"
    name      = kubernetes_role_v1.metrics_reader.metadata[0].name
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = "strata:validators"
  }
}
