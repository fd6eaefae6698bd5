output "cluster_name" {
  description = "Name of the EKS cluster; read by every later layer to get a token, and by the gates."
  value       = aws_eks_cluster.this.name
}

output "kubernetes_version" {
  description = "Minor version of Kubernetes that runs; read by platform-step02, which warns of charts that are not made for it, and by security for the release of its add-on."
  value       = aws_eks_cluster.this.version
}

output "cluster_endpoint" {
  description = "Address of the Kubernetes API; read by every later layer's providers."
  value       = aws_eks_cluster.this.endpoint
}

output "cluster_certificate_authority" {
  description = "Base64 certificate authority of the Kubernetes API; read by every later layer's providers."
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "oidc_provider_arn" {
  description = "IAM's provider for service account tokens; read by the layers that make a role."
  value       = aws_iam_openid_connect_provider.this.arn
}

output "oidc_issuer" {
  description = "Issuer of service account tokens without scheme; read by the layers that make a role."
  value       = local.oidc_issuer
}

output "zone_id" {
  description = "Public zone of the domain; read by platform-step03 for records and DNS-01, and by the delegation gate."
  value       = local.zone.id
}

output "zone_name_servers" {
  description = "Name servers to enter at the registrar; read by the delegation gate and its notification."
  value       = local.zone.name_servers
}

output "vpc_id" {
  description = "The VPC; read by platform-step02 for the controller of load balancers, and by the sweep for orphans after a destroy."
  value       = aws_vpc.this.id
}

output "public_subnet_cidrs" {
  description = "Where load balancers stand; read by app and observability, whose pods let those of an Application Load Balancer in."
  value       = [for subnet in aws_subnet.public : subnet.cidr_block]
}

output "interface_endpoints" {
  description = "AWS services that are reached inside the VPC; read by security, whose agent needs one."
  value       = var.interface_endpoints
}

output "pod_identity" {
  description = "Whether pods get their roles by EKS Pod Identity instead of IRSA; read by every layer that has a service account with a role."
  value       = var.pod_identity
}

output "irsa_role_arns" {
  description = "Roles of service accounts by purpose; read by platform-step02 (cluster-autoscaler, cert-manager) and platform-step03 (secret-store), which annotate the accounts unless Pod Identity is used."
  value = {
    "cert-manager"       = module.cert_manager_role.arn
    "cluster-autoscaler" = module.cluster_autoscaler_role.arn
    "ebs-csi-driver"     = module.ebs_csi_role.arn
    "secret-store"       = module.secret_store_role.arn
  }
}

output "kms_key_arn" {
  description = "Key of volumes and secrets; read by platform-step02 for the StorageClass, by platform-step03 for the firewall's log and by resilience for restores."
  value       = aws_kms_key.this.arn
}
