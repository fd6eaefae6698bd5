locals {
  name = "${replace(var.group, ":", "-")}-secrets"
}

resource "kubernetes_role_v1" "this" {
  metadata {
    name      = local.name
    namespace = var.namespace
  }

  rule {
    api_groups     = [""]
    resources      = ["secrets"]
    resource_names = var.secret_names
    verbs          = ["get"]
  }
}

resource "kubernetes_role_binding_v1" "this" {
  metadata {
    name      = local.name
    namespace = var.namespace
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Role"
    name      = kubernetes_role_v1.this.metadata[0].name
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = var.group
  }
}
