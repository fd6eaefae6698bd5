# A planner may write only what is not kept. These two objects travel with a Helm release because
# admission policies are exempt from admission policies: made by kubernetes_manifest, whose plan is a
# trial write, planners would need leave to patch the very fence that holds them.
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
