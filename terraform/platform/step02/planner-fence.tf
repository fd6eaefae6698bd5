# A planner may write only what is not kept. The fence travels with a Helm release: a kubernetes_manifest
# cannot be planned before planners have their rights, and since admission policies are exempt from
# admission policies, planners must never be given leave to try these two kinds.
locals {
  planner_fence = [
    {
      apiVersion = "admissionregistration.k8s.io/v1"
      kind       = "ValidatingAdmissionPolicy"
      metadata   = { name = "strata-planners-dry-run-only" }

      spec = {
        failurePolicy = "Fail"

        matchConstraints = {
          resourceRules = [{
            apiGroups   = ["*"]
            apiVersions = ["*"]
            operations  = ["*"]
            resources   = ["*/*"]
          }]
        }

        matchConditions = [{
          name       = "planners"
          expression = "has(request.userInfo.groups) && 'strata:planners' in request.userInfo.groups"
        }]

        validations = [{
          expression = "has(request.dryRun) && request.dryRun"
          message    = "strata:planners may write with dryRun only"
          reason     = "Forbidden"
        }]
      }
    },
    {
      apiVersion = "admissionregistration.k8s.io/v1"
      kind       = "ValidatingAdmissionPolicyBinding"
      metadata   = { name = "strata-planners-dry-run-only" }

      spec = {
        policyName        = "strata-planners-dry-run-only"
        validationActions = ["Deny"]
      }
    },
  ]
}
