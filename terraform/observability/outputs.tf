output "grafana_url" {
  description = "Address of Grafana; read by people and by the run's closing notification."
  value       = "https://${local.host}"
}

output "grafana_admin_secret" {
  description = "Secret with Grafana's administrator, as namespace/name; read by operators who log in."
  value       = "${local.namespace}/${kubernetes_secret_v1.grafana_admin.metadata[0].name}"
}

output "otlp_endpoint" {
  description = "Where applications send traces, OTLP over gRPC; read by people who instrument an application."
  value       = "${helm_release.opentelemetry_collector.name}.${local.namespace}.svc:4317"
}

output "releases" {
  description = "Version of each chart installed here; read by the run's report."
  value = {
    for release in [
      helm_release.alloy,
      helm_release.kube_prometheus_stack,
      helm_release.loki,
      helm_release.opentelemetry_collector,
      helm_release.tempo,
    ] : release.name => release.version
  }
}

output "buckets" {
  description = "Buckets of logs and traces, by signal; read by operators who empty them before the layer goes."
  value       = { for signal, bucket in aws_s3_bucket.telemetry : signal => bucket.id }
}

output "prometheus" {
  description = "Service of the Prometheus here; read by finops, whose OpenCost asks it for usage."
  value = {
    namespace = local.namespace
    service   = "${helm_release.kube_prometheus_stack.name}-prometheus"
    port      = 9090
  }
}
