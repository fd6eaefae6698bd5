import { VirtualClock } from "../../../lib/twin/clock.ts";
import { KubernetesTwin } from "../../../lib/twin/kubernetes/api/kubernetes-twin.ts";
import { mintClusterAuthority } from "../../../lib/twin/network/cluster-authority.ts";
import { TwinNetwork } from "../../../lib/twin/network/network.ts";
import {
  type ClusterRecord,
  COLLECTIONS,
  type DnsRecord,
  type LoadBalancerRecord,
  type ZoneRecord,
} from "../../../lib/twin/world/records.ts";
import { World } from "../../../lib/twin/world/world.ts";
import { clusterRecord, STARTS_AT } from "../kubernetes/api/cluster-fixture.ts";
import { fakeAws } from "../kubernetes/api/front-fixture.ts";

export const ZONE = "shop.example.com";
export const NAME_SERVERS = [
  "ns-12.awsdns-01.com",
  "ns-600.awsdns-02.net",
  "ns-1100.awsdns-03.org",
  "ns-2000.awsdns-04.co.uk",
];
export const BALANCER = "k8s-ingress-1234.elb.eu-west-1.amazonaws.com";

export interface NetworkFixture {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly kubernetes: KubernetesTwin;
  readonly network: TwinNetwork;
  record(record: Partial<DnsRecord> & { name: string; type: string }): void;
}

/** A cluster, a hosted zone that nobody has delegated yet, and a load balancer that is active. */
export async function networkFixture(): Promise<NetworkFixture> {
  const clock = new VirtualClock(STARTS_AT);
  const world = new World(clock);
  const record = clusterRecord("prod", mintClusterAuthority(world, "prod", "eu-west-1"));
  world.collection<ClusterRecord>(COLLECTIONS.clusters).set("prod", record);
  world.collection<ZoneRecord>(COLLECTIONS.zones).set("Z1", {
    id: "Z1",
    name: ZONE,
    nameServers: NAME_SERVERS,
    createdAt: STARTS_AT,
    tags: {},
  });
  world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).set("ingress", {
    name: "ingress",
    arn: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/ingress/1",
    dnsName: BALANCER,
    hostedZoneId: "Z2IFOLAFXWLO4F",
    type: "network",
    scheme: "internet-facing",
    addresses: ["3.120.0.10", "3.120.0.11"],
    activeAt: STARTS_AT,
    tags: {},
  });
  const aws = fakeAws();
  const kubernetes = new KubernetesTwin({ world, aws });
  const network = await TwinNetwork.open({ world, aws, kubernetes });
  return {
    world,
    clock,
    kubernetes,
    network,
    record: (changes) => {
      const full: DnsRecord = { zoneId: "Z1", ttl: 300, values: [], insyncAt: STARTS_AT, ...changes };
      world.collection<DnsRecord>(COLLECTIONS.dnsRecords).set(`Z1/${full.name}/${full.type}/-`, full);
    },
  };
}
