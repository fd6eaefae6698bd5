output "exempt_namespaces" {
  description = "Namespaces that the policies leave alone, with the reason of each; read by people who review them."
  value       = local.never_asked
}

output "releases" {
  description = "Version of each chart installed here; read by the run's report."
  value = {
    for release in [
      helm_release.kyverno,
      helm_release.kyverno_policies,
      helm_release.trivy_operator,
    ] : release.name => release.version
  }
}

output "findings_bucket" {
  description = "Bucket of Prowler's reports, which cannot be destroyed before it is emptied; read by people who go through the findings."
  value       = aws_s3_bucket.findings.id
}

output "prowler_role_arn" {
  description = "Role with which Prowler audits the account; read by accounts that let themselves be audited, too."
  value       = module.prowler_role.arn
}
