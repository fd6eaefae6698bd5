# Replicas of one workload go to different zones where they can: losing a zone loses one of two, not both.
locals {
  spread_labels = {
    aws_load_balancer_controller = { "app.kubernetes.io/name" = "aws-load-balancer-controller" }
    argocd_server                = { "app.kubernetes.io/name" = "argocd-server" }
    argocd_repo_server           = { "app.kubernetes.io/name" = "argocd-repo-server" }
    argocd_application_set       = { "app.kubernetes.io/name" = "argocd-applicationset-controller" }
    cert_manager                 = { "app.kubernetes.io/name" = "cert-manager", "app.kubernetes.io/component" = "controller" }
    cert_manager_cainjector      = { "app.kubernetes.io/name" = "cainjector", "app.kubernetes.io/component" = "cainjector" }
    cert_manager_webhook         = { "app.kubernetes.io/name" = "webhook", "app.kubernetes.io/component" = "webhook" }
    cluster_autoscaler           = { "app.kubernetes.io/name" = "aws-cluster-autoscaler" }
    envoy_gateway                = { "control-plane" = "envoy-gateway" }
    envoy_proxy                  = { "gateway.envoyproxy.io/owning-gateway-name" = "edge" }
    external_secrets             = { "app.kubernetes.io/name" = "external-secrets" }
    external_secrets_cert        = { "app.kubernetes.io/name" = "external-secrets-cert-controller" }
    external_secrets_webhook     = { "app.kubernetes.io/name" = "external-secrets-webhook" }
    ingress_nginx                = { "app.kubernetes.io/name" = "ingress-nginx", "app.kubernetes.io/component" = "controller" }
    metrics_server               = { "app.kubernetes.io/name" = "metrics-server" }
  }

  # What each chart takes as topologySpreadConstraints.
  spread = {
    for workload, labels in local.spread_labels : workload => [{
      maxSkew           = 1
      topologyKey       = "topology.kubernetes.io/zone"
      whenUnsatisfiable = "ScheduleAnyway"
      labelSelector     = { matchLabels = labels }
    }]
  }
}
