import type { Json } from "../../../world/world.ts";
import { digits, type ResourceRequest, type ResourceType } from "../resource-type.ts";

/** An EC2 resource that nothing in the world looks into: an id in EC2's form, 17 digits after the prefix. */
const plain =
  (
    prefix: string,
    attributes: (request: ResourceRequest, id: string) => Record<string, Json> = () => ({}),
  ): ResourceType =>
  (request) => {
    const id = `${prefix}-${digits(request, 17)}`;
    return { id, attributes: attributes(request, id), owns: [] };
  };

/** From 203.0.113.0/24, the addresses for documentation (RFC 5737, TEST-NET-3): they belong to nobody. */
const elasticAddress: ResourceType = (request) => {
  const address = `203.0.113.${1 + (Number.parseInt(digits(request, 4), 16) % 254)}`;
  const allocationId = `eipalloc-${digits(request, 17)}`;
  return { id: address, attributes: { PublicIp: address, AllocationId: allocationId }, owns: [] };
};

const vpc = plain("vpc", (request, id) => ({
  VpcId: id,
  CidrBlock: request.properties.CidrBlock ?? "10.0.0.0/16",
  DefaultSecurityGroup: `sg-${digits(request, 17, "default")}`,
  DefaultNetworkAcl: `acl-${digits(request, 17, "default")}`,
}));

const subnet = plain("subnet", ({ properties }, id) => ({
  SubnetId: id,
  AvailabilityZone: properties.AvailabilityZone ?? null,
  CidrBlock: properties.CidrBlock ?? null,
  VpcId: properties.VpcId ?? null,
}));

const securityGroup = plain("sg", ({ properties }, id) => ({
  Id: id,
  GroupId: id,
  VpcId: properties.VpcId ?? null,
}));

export const networkTypes: Readonly<Record<string, ResourceType>> = {
  "AWS::EC2::VPC": vpc,
  "AWS::EC2::Subnet": subnet,
  "AWS::EC2::SecurityGroup": securityGroup,
  "AWS::EC2::SecurityGroupIngress": plain("sgr"),
  "AWS::EC2::SecurityGroupEgress": plain("sgr"),
  "AWS::EC2::EIP": elasticAddress,
  "AWS::EC2::InternetGateway": plain("igw", (_, id) => ({ InternetGatewayId: id })),
  "AWS::EC2::VPCGatewayAttachment": plain("attach"),
  "AWS::EC2::NatGateway": plain("nat", (_, id) => ({ NatGatewayId: id })),
  "AWS::EC2::RouteTable": plain("rtb", (_, id) => ({ RouteTableId: id })),
  "AWS::EC2::Route": plain("r"),
  "AWS::EC2::SubnetRouteTableAssociation": plain("rtbassoc", (_, id) => ({ Id: id })),
  "AWS::EC2::VPCEndpoint": plain("vpce", (_, id) => ({ Id: id })),
  "AWS::EC2::FlowLog": plain("fl", (_, id) => ({ Id: id })),
};
