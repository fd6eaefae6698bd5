/** Configurations that several tests apply. */

export const PROVIDER = `
provider "aws" {
  region = "us-east-1"
  default_tags {
    tags = { "strata:environment" = "dev" }
  }
}
`;

export const network = ({ cidr = "10.0.0.0/20", name = "dev" } = {}): string => `
resource "aws_vpc" "this" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = "${name}" }
}
resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.this.id
  availability_zone = "us-east-1a"
  cidr_block        = "${cidr}"
}
resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.this.id
  availability_zone = "us-east-1b"
  cidr_block        = "10.0.32.0/20"
}
`;

const trust = (service: string): string =>
  `jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "${service}.amazonaws.com" } }] })`;

export const role = (name: string, service = "eks"): string => `
resource "aws_iam_role" "${name}" {
  name               = "dev-${name}"
  assume_role_policy = ${trust(service)}
}
`;

export const cluster = ({ version = "1.34", open = true } = {}): string => `
resource "aws_eks_cluster" "this" {
  name     = "dev"
  version  = "${version}"
  role_arn = aws_iam_role.cluster.arn
  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }
  vpc_config {
    subnet_ids              = [aws_subnet.a.id, aws_subnet.b.id]
    endpoint_private_access = true
    endpoint_public_access  = ${open}
  }
}
`;

export const nodes = (desired = 2): string => `
resource "aws_eks_node_group" "this" {
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = "general"
  node_role_arn   = aws_iam_role.nodes.arn
  subnet_ids      = [aws_subnet.a.id]
  scaling_config {
    min_size     = 1
    desired_size = ${desired}
    max_size     = 5
  }
}
`;

export const eks = (options: Parameters<typeof cluster>[0] = {}): string =>
  [PROVIDER, network(), role("cluster"), role("nodes", "ec2"), cluster(options)].join("\n");
