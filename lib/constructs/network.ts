import { RemovalPolicy } from "aws-cdk-lib";
import {
  CfnEIP,
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { ControlPlaneRole } from "./control-plane-role.ts";
import type { Names } from "./names.ts";

export interface NetworkProps {
  readonly names: Names;
  readonly cidr: string;
  readonly key: IKey;
}

/**
 * The control plane's own network: builds and gates run in its private subnets, behind one NAT gateway. One
 * gateway means one address, which a `public-restricted` endpoint can name; it also means that losing its
 * zone stops runs (not the platform) until it is back.
 */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly builds: SecurityGroup;
  readonly gates: SecurityGroup;
  /** The address that the outside sees. */
  readonly natAddress: string;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const address = new CfnEIP(this, "NatAddress", { domain: "vpc" });
    this.natAddress = address.attrPublicIp;
    const vpc = new Vpc(this, "Vpc", {
      ipAddresses: IpAddresses.cidr(props.cidr),
      // A build needs one zone; the second keeps runs going when the first has no capacity.
      maxAzs: 2,
      natGateways: 1,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [address.attrAllocationId] }),
      subnetConfiguration: [
        { name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 27, mapPublicIpOnLaunch: false },
        { name: "private", subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 26 },
      ],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
      // Emptying the default group needs a custom resource with rights of its own; nothing uses that group.
      restrictDefaultSecurityGroup: false,
    });
    // CDK's own types differ in optional properties only.
    this.vpc = vpc as IVpc;
    this.#logFlows(props);
    this.builds = this.#securityGroup("Builds", "Builds: HTTPS out, nothing in");
    this.gates = this.#securityGroup("Gates", "Gates: HTTPS, HTTP and DNS out, nothing in");
    // A visitor who comes without TLS must be sent to it; only a visitor can find that out.
    this.gates.addEgressRule(Peer.anyIpv4(), Port.tcp(80), "HTTP to the platform's own edge");
    // The delegation and DNS gates ask authoritative name servers themselves, past any cache.
    this.gates.addEgressRule(Peer.anyIpv4(), Port.udp(53), "DNS to authoritative servers");
    this.gates.addEgressRule(Peer.anyIpv4(), Port.tcp(53), "DNS to authoritative servers, long answers");
  }

  #securityGroup(id: string, description: string): SecurityGroup {
    const group = new SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "HTTPS: AWS APIs, registries, the cluster");
    return group;
  }

  #logFlows(props: NetworkProps): void {
    const logGroup = new LogGroup(this, "FlowLogs", {
      retention: RetentionDays.ONE_MONTH,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new ControlPlaneRole(this, "FlowLogRole", {
      names: props.names,
      purpose: "flow-logs",
      service: "vpc-flow-logs.amazonaws.com",
      description: "Writes the control plane VPC's flow logs",
    });
    this.vpc.addFlowLog("FlowLog", { destination: FlowLogDestination.toCloudWatchLogs(logGroup, role) });
  }
}
