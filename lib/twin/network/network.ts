import type { Aws } from "../aws/contract.ts";
import type { KubernetesTwin } from "../kubernetes/api/kubernetes-twin.ts";
import { type KubernetesFront, serveKubernetes } from "../kubernetes/api/serve.ts";
import {
  type ClusterRecord,
  COLLECTIONS,
  type LoadBalancerRecord,
  type ZoneRecord,
} from "../world/records.ts";
import type { World } from "../world/world.ts";
import type { Network, NetworkSnapshot } from "./contract.ts";
import { bareName, type Delegation } from "./delegation.ts";
import {
  PUBLIC_RESOLVERS,
  REGISTRY_ADDRESS,
  registryOf,
  registryServer,
  serverAddress,
} from "./dns/virtual-addresses.ts";
import { DnsServers } from "./dns-server.ts";
import { Edge } from "./edge.ts";
import { endpointAddress } from "./endpoint-address.ts";
import { chainOf, WorldAuthorities } from "./pki.ts";

export interface NetworkParts {
  readonly world: World;
  readonly aws: Aws;
  readonly kubernetes: KubernetesTwin;
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] };
type Hosts = Mutable<NetworkSnapshot["hosts"]>;
type Tcp = Mutable<NetworkSnapshot["tcp"]>;

const LOCAL = "127.0.0.1";

/** Everything in the world that can be reached over the network, and the sockets that stand for it. */
export class TwinNetwork implements Network {
  readonly authorities: WorldAuthorities;
  readonly kubernetes: KubernetesFront;
  readonly #world: World;
  readonly #edge: Edge;
  readonly #dns: DnsServers;
  readonly #amazonRoot: string;

  private constructor(world: World, front: KubernetesFront, edge: Edge, dns: DnsServers) {
    this.#world = world;
    this.kubernetes = front;
    this.#edge = edge;
    this.#dns = dns;
    this.authorities = new WorldAuthorities(world);
    this.#amazonRoot = chainOf(world, "amazon").root.certificate;
  }

  static async open(parts: NetworkParts): Promise<TwinNetwork> {
    const [front, edge, dns] = await Promise.all([
      serveKubernetes(parts),
      Edge.open(parts),
      DnsServers.open(parts.world, ["default", ...PUBLIC_RESOLVERS]),
    ]);
    return new TwinNetwork(parts.world, front, edge, dns);
  }

  /** What is there at this instant. */
  snapshot(): NetworkSnapshot {
    const hosts: Hosts = {};
    const tcp: Tcp = {};
    this.#addEndpoints(hosts, tcp);
    this.#addLoadBalancers(hosts, tcp);
    const trustedRoots = [this.authorities.publicRoot, this.#amazonRoot];
    return { hosts, tcp, dns: this.#nameServers(hosts, tcp), trustedRoots };
  }

  async close(): Promise<void> {
    await Promise.all([this.kubernetes.close(), this.#edge.close(), this.#dns.close()]);
  }

  /** A cluster that is not there yet, or no more, refuses the connection: its address has no socket. */
  #addEndpoints(hosts: Hosts, tcp: Tcp): void {
    for (const cluster of this.#world.collection<ClusterRecord>(COLLECTIONS.clusters).values()) {
      const host = bareName(cluster.endpoint.replace(/^https:\/\//, ""));
      if (host === "") continue;
      const address = endpointAddress(cluster);
      hosts[host] = [address];
      if (cluster.status === "ACTIVE" || cluster.status === "UPDATING")
        tcp[`${address}:443`] = { host: LOCAL, port: this.kubernetes.port };
    }
  }

  #addLoadBalancers(hosts: Hosts, tcp: Tcp): void {
    const now = this.#world.clock.now();
    const { https, http } = this.#edge.ports;
    const balancers = this.#world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).values();
    for (const { dnsName, addresses, activeAt } of balancers) {
      if (activeAt > now) continue;
      hosts[bareName(dnsName)] = addresses;
      for (const address of addresses) {
        tcp[`${address}:443`] = { host: LOCAL, port: https };
        tcp[`${address}:80`] = { host: LOCAL, port: http };
      }
    }
  }

  /** The name servers of all zones and of their parents, and the public resolvers, by address. */
  #nameServers(hosts: Hosts, tcp: Tcp): Record<string, number> {
    const dns: Record<string, number> = {};
    const serve = (address: string, name: string): void => {
      const ports = this.#dns.ports(name);
      dns[address] = ports.udp;
      tcp[`${address}:53`] = { host: LOCAL, port: ports.tcp };
    };
    for (const resolver of ["default", ...PUBLIC_RESOLVERS]) serve(resolver, resolver);
    serve(REGISTRY_ADDRESS, "registry");
    const zones = this.#world.collection<ZoneRecord>(COLLECTIONS.zones).values();
    const delegated = this.#world.collection<Delegation>("network.delegations").values();
    for (const { name } of zones) hosts[registryServer(registryOf(name))] = [REGISTRY_ADDRESS];
    for (const server of [...zones, ...delegated].flatMap(({ nameServers }) => nameServers)) {
      const address = serverAddress(server);
      if (!address) continue;
      hosts[bareName(server)] = [address];
      serve(address, "hosted zones");
    }
    return dns;
  }
}
