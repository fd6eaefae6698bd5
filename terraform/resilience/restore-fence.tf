# What a restore verifier may write: sandboxes, and Restores into sandboxes. The policies travel with the Helm
# release: a plan would have to try them, and planners must never be given leave to try these two kinds.

locals {
  by_verifiers = [{
    name       = "restore-verifiers"
    expression = "has(request.userInfo.groups) && '${local.verifiers}' in request.userInfo.groups"
  }]

  # Of a Restore by a verifier; each with what to do instead.
  restore_rules = [
    {
      expression = "has(object.spec.backupName) && object.spec.backupName != '' && (!has(object.spec.scheduleName) || object.spec.scheduleName == '')"
      message    = "name the backup: by scheduleName, Velero takes an older one where the newest is broken"
    },
    {
      expression = "has(object.spec.namespaceMapping) && size(object.spec.namespaceMapping) > 0 && object.spec.namespaceMapping.all(from, object.spec.namespaceMapping[from].matches('^${local.sandbox_prefix}[a-z0-9-]+$'))"
      message    = "namespaceMapping must lead into namespaces that begin with ${local.sandbox_prefix}"
    },
    {
      expression = "has(object.spec.namespaceMapping) && has(object.spec.includedNamespaces) && size(object.spec.includedNamespaces) == size(object.spec.namespaceMapping) && object.spec.includedNamespaces.all(name, name in object.spec.namespaceMapping)"
      message    = "includedNamespaces must be exactly the namespaces that namespaceMapping maps: others would be restored over themselves"
    },
    {
      expression = "!has(object.spec.includeClusterResources) || !object.spec.includeClusterResources"
      message    = "includeClusterResources must be left out: it restores roles and webhooks of the whole cluster"
    },
    {
      expression = "!has(object.spec.existingResourcePolicy) || object.spec.existingResourcePolicy in ['', 'none']"
      message    = "existingResourcePolicy must be left out: a sandbox holds nothing to change"
    },
    {
      expression = "has(object.spec.resourceModifier) && object.spec.resourceModifier.kind == 'ConfigMap' && object.spec.resourceModifier.name == '${local.restore_modifier}'"
      message    = "resourceModifier must be the ConfigMap ${local.restore_modifier}, and no other: a modifier can make anything of a backup"
    },
    {
      expression = "has(object.spec.excludedResources) && ${jsonencode(local.never_restored)}.all(kind, kind in object.spec.excludedResources)"
      message    = "excludedResources must hold ${join(", ", local.never_restored)}"
    },
    {
      expression = "!has(object.spec.hooks) || !has(object.spec.hooks.resources) || size(object.spec.hooks.resources) == 0"
      message    = "hooks must be left out: they run commands in the copies"
    },
  ]

  # Of everything that a verifier writes.
  sandbox_rules = [
    {
      expression = "request.resource.resource == 'namespaces' || request.namespace.startsWith('${local.sandbox_prefix}') || (request.namespace == '${local.namespace}' && request.resource.group == 'velero.io' && request.resource.resource in ['downloadrequests', 'restores'])"
      message    = "${local.verifiers} may write in namespaces that begin with ${local.sandbox_prefix} only"
    },
    {
      expression = "request.resource.resource != 'namespaces' || request.operation != 'CREATE' || (object.metadata.name.startsWith('${local.sandbox_prefix}') && has(object.metadata.labels) && '${local.sandbox_label}' in object.metadata.labels)"
      message    = "a sandbox begins with ${local.sandbox_prefix} and has the label ${local.sandbox_label}"
    },
    {
      expression = "request.resource.resource != 'namespaces' || request.operation == 'CREATE' || (request.name.startsWith('${local.sandbox_prefix}') && has(oldObject.metadata.labels) && '${local.sandbox_label}' in oldObject.metadata.labels)"
      message    = "only a namespace that begins with ${local.sandbox_prefix} and has the label ${local.sandbox_label} may be changed or deleted"
    },
  ]

  fences = {
    "strata-restores-into-sandboxes-only" = {
      rules       = { apiGroups = ["velero.io"], apiVersions = ["*"], operations = ["CREATE", "UPDATE"], resources = ["restores"] }
      validations = local.restore_rules
    }
    "strata-restore-verifiers-in-sandboxes-only" = {
      rules       = { apiGroups = ["*"], apiVersions = ["*"], operations = ["*"], resources = ["*/*"] }
      validations = local.sandbox_rules
    }
  }

  verifier_fence = flatten([for name, fence in local.fences : [
    {
      apiVersion = "admissionregistration.k8s.io/v1"
      kind       = "ValidatingAdmissionPolicy"
      metadata   = { name = name }

      spec = {
        failurePolicy    = "Fail"
        matchConstraints = { resourceRules = [fence.rules] }
        matchConditions  = local.by_verifiers
        validations      = [for rule in fence.validations : merge(rule, { reason = "Forbidden" })]
      }
    },
    {
      apiVersion = "admissionregistration.k8s.io/v1"
      kind       = "ValidatingAdmissionPolicyBinding"
      metadata   = { name = name }

      spec = {
        policyName        = name
        validationActions = ["Deny"]
      }
    },
  ]])
}
