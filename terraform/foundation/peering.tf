locals {
  # Two ranges overlap when they are equal after both are cut to the shorter prefix.
  shorter_prefix = min([for range in [var.vpc_cidr, var.control_plane.vpc_cidr] : tonumber(split("/", range)[1])]...)
  ranges_overlap = length(distinct([
    for range in [var.vpc_cidr, var.control_plane.vpc_cidr] :
    cidrhost("${split("/", range)[0]}/${local.shorter_prefix}", 0)
  ])) == 1
}

resource "aws_vpc_peering_connection" "control_plane" {
  count = local.private ? 1 : 0

  vpc_id        = aws_vpc.this.id
  peer_vpc_id   = var.control_plane.vpc_id
  peer_owner_id = var.control_plane.account_id
  auto_accept   = true

  tags = { Name = "${var.environment}-control-plane" }

  lifecycle {
    precondition {
      condition     = !local.ranges_overlap
      error_message = "vpc_cidr ${var.vpc_cidr} overlaps the control plane's ${var.control_plane.vpc_cidr}, and overlapping VPCs cannot be peered."
    }

    precondition {
      condition     = var.control_plane.account_id == local.account_id
      error_message = "endpoint_mode private peers within one account; the control plane is in ${var.control_plane.account_id}."
    }
  }
}

resource "aws_route" "intra_to_control_plane" {
  count = local.private ? 1 : 0

  route_table_id            = aws_route_table.intra.id
  destination_cidr_block    = var.control_plane.vpc_cidr
  vpc_peering_connection_id = aws_vpc_peering_connection.control_plane[0].id
}

resource "aws_route" "control_plane_to_cluster" {
  for_each = local.private ? toset(var.control_plane.route_table_ids) : toset([])

  route_table_id            = each.value
  destination_cidr_block    = var.vpc_cidr
  vpc_peering_connection_id = aws_vpc_peering_connection.control_plane[0].id
}

resource "aws_vpc_security_group_ingress_rule" "control_plane" {
  count = local.private ? 1 : 0

  security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  description       = "Kubernetes API from the control plane"
  cidr_ipv4         = var.control_plane.vpc_cidr
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
