# Who may change everything in Grafana, and how that password is made anew.

variable "rotation" {
  description = "How often Grafana's administrator gets another password: at the first deploy of each month, quarter or year. Grafana restarts then, a minute without it. Costs nothing. null (default): never by itself."
  type        = string
  default     = null

  validation {
    condition     = var.rotation == null || contains(["monthly", "quarterly", "yearly"], coalesce(var.rotation, "none"))
    error_message = "rotation must be monthly, quarterly, yearly or null."
  }
}

locals {
  # The period that the plan is made in, such as 2026-Q4: with a new one comes a new secret. The first plan of a period
  # shows it, and so does the first drift scan.
  period = {
    monthly   = formatdate("YYYY-MM", plantimestamp())
    quarterly = "${formatdate("YYYY", plantimestamp())}-Q${ceil(tonumber(formatdate("M", plantimestamp())) / 3)}"
    yearly    = formatdate("YYYY", plantimestamp())
  }

  rotation_keepers = var.rotation == null ? null : { period = local.period[var.rotation] }
}

resource "random_password" "grafana" {
  length  = 32
  special = false
  keepers = local.rotation_keepers
}

resource "kubernetes_secret_v1" "grafana_admin" {
  metadata {
    name      = "grafana-admin"
    namespace = local.namespace
  }

  data = {
    "admin-user"     = "admin"
    "admin-password" = random_password.grafana.result
  }
}

# Grafana reads the password only when it makes its database; from then on it stands there, on a volume. So a new one
# is written before Grafana starts, and the name of the period, which changes the pod, starts it.
locals {
  grafana_init_containers = [for rotation in var.rotation[*] : {
    name = "admin-password"

    # Grafana's own, as its chart has it: another one could want another database.
    image = "docker.io/grafana/grafana:13.2.0"

    # A first start has no database yet, and takes the password by itself.
    command = ["sh", "-c", "test ! -e /var/lib/grafana/grafana.db || printenv PASSWORD | grafana cli --homepath /usr/share/grafana admin reset-admin-password --password-from-stdin"]

    env = [
      { name = "PERIOD", value = local.rotation_keepers.period },
      {
        name = "PASSWORD"

        valueFrom = {
          secretKeyRef = {
            name = kubernetes_secret_v1.grafana_admin.metadata[0].name
            key  = "admin-password"
          }
        }
      },
    ]

    volumeMounts = [{ name = "storage", mountPath = "/var/lib/grafana" }]

    securityContext = {
      allowPrivilegeEscalation = false
      capabilities             = { drop = ["ALL"] }
    }
  }]
}
