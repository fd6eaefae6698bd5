output "namespaces" {
  description = "Namespaces made here; read by the workloads gate's operator to see what belongs to the layer."
  value       = [for namespace in kubernetes_namespace_v1.this : namespace.metadata[0].name]
}

output "edge" {
  description = "What an application attaches to, the class of its Ingress or the Gateway of its ListenerSet as namespace/name; read by people who add an application."
  value = {
    kind          = var.edge
    ingress_class = local.has_gateway ? null : var.edge
    gateway       = local.has_gateway ? "${local.gateway_namespace}/edge" : null
  }
}

output "storage_class" {
  description = "The default StorageClass; read by people who add a stateful application."
  value       = kubernetes_storage_class_v1.gp3.metadata[0].name
}

output "releases" {
  description = "Version of each chart installed here; read by the run's report."
  value = {
    for release in concat(helm_release.ingress_nginx, helm_release.envoy_gateway, helm_release.aws_load_balancer_controller, [
      helm_release.argocd,
      helm_release.cert_manager,
      helm_release.cluster_autoscaler,
      helm_release.external_secrets,
      helm_release.metrics_server,
      helm_release.prometheus_operator_crds,
    ]) : release.name => release.version
  }
}
