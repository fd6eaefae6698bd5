locals {
  # In sixty-fourths of the range: private 0-23, public 24-26, intra inside the 28th.
  subnets = {
    private = { for index, zone in local.zones : zone => cidrsubnet(var.vpc_cidr, 3, index) }
    public  = { for index, zone in local.zones : zone => cidrsubnet(var.vpc_cidr, 6, 24 + index) }
    intra   = { for index, zone in local.zones : zone => cidrsubnet(var.vpc_cidr, 8, 112 + index) }
  }

  nat_zones = toset(var.nat_per_zone ? local.zones : [local.zones[0]])

  cluster_tag = { "kubernetes.io/cluster/${var.environment}" = "shared" }
}

resource "aws_vpc" "this" {
  cidr_block = var.vpc_cidr

  # The private endpoint of EKS resolves only with both of them.
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = { Name = var.environment }
}

# Adopted without rules: what names no security group reaches nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.environment}-default-closed" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.environment }
}

# -----------------------------------------------------------------------------
# Subnets
# -----------------------------------------------------------------------------

resource "aws_subnet" "public" {
  for_each = local.subnets.public

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value

  tags = merge(local.cluster_tag, {
    Name                     = "${var.environment}-public-${each.key}"
    "kubernetes.io/role/elb" = "1"
  })
}

resource "aws_subnet" "private" {
  for_each = local.subnets.private

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value

  tags = merge(local.cluster_tag, {
    Name                              = "${var.environment}-private-${each.key}"
    "kubernetes.io/role/internal-elb" = "1"
  })
}

# The network interfaces of the EKS control plane live here; there is no way out.
resource "aws_subnet" "intra" {
  for_each = local.subnets.intra

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value

  tags = { Name = "${var.environment}-intra-${each.key}" }
}

# -----------------------------------------------------------------------------
# Way out
# -----------------------------------------------------------------------------

resource "aws_eip" "nat" {
  for_each = local.nat_zones

  domain = "vpc"

  tags = { Name = "${var.environment}-nat-${each.key}" }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each = local.nat_zones

  allocation_id = aws_eip.nat[each.key].allocation_id
  subnet_id     = aws_subnet.public[each.key].id

  tags = { Name = "${var.environment}-${each.key}" }

  depends_on = [aws_internet_gateway.this]
}

# -----------------------------------------------------------------------------
# Routes
# -----------------------------------------------------------------------------

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.environment}-public" }
}

resource "aws_route" "public_internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  route_table_id = aws_route_table.public.id
  subnet_id      = each.value.id
}

resource "aws_route_table" "private" {
  for_each = aws_subnet.private

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.environment}-private-${each.key}" }
}

resource "aws_route" "private_internet" {
  for_each = aws_route_table.private

  route_table_id         = each.value.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[var.nat_per_zone ? each.key : local.zones[0]].id
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  route_table_id = aws_route_table.private[each.key].id
  subnet_id      = each.value.id
}

resource "aws_route_table" "intra" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.environment}-intra" }
}

resource "aws_route_table_association" "intra" {
  for_each = aws_subnet.intra

  route_table_id = aws_route_table.intra.id
  subnet_id      = each.value.id
}
