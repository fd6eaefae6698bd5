# How many of each, and what each asks for.

locals {
  replicas = {
    alertmanager = var.high_availability ? 3 : 1
    collector    = var.high_availability ? 2 : 1
    logs         = var.high_availability ? 3 : 1

    # Each Prometheus scrapes everything by itself: two are two whole copies, a third adds nothing.
    metrics = var.high_availability ? 2 : 1
  }

  # Requests, and no limits but the collector's: a store that is killed at a limit reads its whole log again.
  # From the charts' and projects' own advice for clusters of up to ten nodes; watch and raise.
  resources = {
    alertmanager  = { requests = { cpu = "20m", memory = "64Mi" } }
    alloy         = { requests = { cpu = "100m", memory = "256Mi" } }
    collector     = { requests = { cpu = "100m", memory = "256Mi" } }
    grafana       = { requests = { cpu = "100m", memory = "256Mi" } }
    loki          = { requests = { cpu = "200m", memory = "1Gi" } }
    node_exporter = { requests = { cpu = "50m", memory = "64Mi" } }
    operator      = { requests = { cpu = "50m", memory = "128Mi" } }
    prometheus    = { requests = { cpu = "500m", memory = "2Gi" } }
    state_metrics = { requests = { cpu = "20m", memory = "128Mi" } }
    tempo         = { requests = { cpu = "200m", memory = "1Gi" } }
  }
}
