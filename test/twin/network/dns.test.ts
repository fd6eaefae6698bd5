import { Resolver } from "node:dns/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { delegate } from "../../../lib/twin/network/delegation.ts";
import { addFault } from "../../../lib/twin/world/faults.ts";
import {
  type ClusterRecord,
  COLLECTIONS,
  type DnsRecord,
  type LoadBalancerRecord,
} from "../../../lib/twin/world/records.ts";
import { STARTS_AT } from "../kubernetes/api/cluster-fixture.ts";
import { BALANCER, NAME_SERVERS, type NetworkFixture, networkFixture, ZONE } from "./network-fixture.ts";

const APP = `app.${ZONE}`;
const SECOND = 1000;

describe("the DNS of the world", () => {
  let fixture: NetworkFixture;
  beforeEach(async () => {
    fixture = await networkFixture();
  });
  afterEach(() => fixture.network.close());

  /** Node's own resolver, pointed at the socket that stands for a server. */
  function resolver(address = "default"): Resolver {
    const port = fixture.network.snapshot().dns[address];
    if (port === undefined) throw new Error(`no DNS server at ${address}`);
    const found = new Resolver({ timeout: 20_000, tries: 1 });
    found.setServers([`127.0.0.1:${port}`]);
    return found;
  }
  const addressOf = (server: string): string => fixture.network.snapshot().hosts[server]?.[0] ?? "";

  it("answers at the zone's own servers before anyone has delegated it, and nowhere else", async () => {
    fixture.record({ name: APP, type: "A", values: ["192.0.2.7"] });
    for (const server of NAME_SERVERS)
      expect(await resolver(addressOf(server)).resolve4(APP)).toEqual(["192.0.2.7"]);
    await expect(resolver().resolve4(APP)).rejects.toMatchObject({ code: "ENOTFOUND" });
    await expect(
      resolver(addressOf(NAME_SERVERS[0] ?? "")).resolve4("www.example.org"),
    ).rejects.toMatchObject({
      code: "EREFUSED",
    });
  });

  it("resolves a delegated zone, and its name servers", async () => {
    fixture.record({ name: APP, type: "A", values: ["192.0.2.7"] });
    delegate(fixture.world, ZONE, NAME_SERVERS);
    expect((await resolver().resolveNs(ZONE)).sort()).toEqual([...NAME_SERVERS].sort());
    expect(await resolver().resolve4(APP)).toEqual(["192.0.2.7"]);
    expect(await resolver().resolve4("ns-600.awsdns-02.net")).toEqual(["205.251.194.88"]);
    expect(addressOf("ns-600.awsdns-02.net")).toBe("205.251.194.88");
  });

  it("fails for a zone that is delegated to servers which do not know it", async () => {
    delegate(fixture.world, ZONE, ["ns-1.awsdns-09.com"]);
    await expect(resolver().resolveNs(ZONE)).rejects.toMatchObject({ code: "ESERVFAIL" });
  });

  it("keeps a missing name for fifteen minutes and an address for its time to live", async () => {
    await expect(resolver().resolve4(APP)).rejects.toMatchObject({ code: "ENOTFOUND" });
    delegate(fixture.world, ZONE, NAME_SERVERS);
    fixture.record({ name: APP, type: "A", ttl: 60, values: ["192.0.2.7"] });
    await fixture.clock.runTo(STARTS_AT + 899 * SECOND);
    await expect(resolver().resolve4(APP)).rejects.toMatchObject({ code: "ENOTFOUND" });
    await fixture.clock.runTo(STARTS_AT + 900 * SECOND);
    expect(await resolver().resolve4(APP, { ttl: true })).toEqual([{ address: "192.0.2.7", ttl: 60 }]);
    fixture.record({ name: APP, type: "A", ttl: 60, values: ["192.0.2.8"] });
    await fixture.clock.runTo(STARTS_AT + 959 * SECOND);
    expect(await resolver().resolve4(APP, { ttl: true })).toEqual([{ address: "192.0.2.7", ttl: 1 }]);
    await fixture.clock.runTo(STARTS_AT + 960 * SECOND);
    expect(await resolver().resolve4(APP)).toEqual(["192.0.2.8"]);
  });

  it("answers with the second of a failover pair while the first one's load balancer is not there", async () => {
    delegate(fixture.world, ZONE, NAME_SERVERS);
    const records = fixture.world.collection<DnsRecord>(COLLECTIONS.dnsRecords);
    const shared = { zoneId: "Z1", name: APP, type: "A", ttl: 60, insyncAt: STARTS_AT };
    const alias = { dnsName: BALANCER, zoneId: "Z2IFOLAFXWLO4F", evaluateTargetHealth: true };
    records.set("primary", { ...shared, values: [], alias, failover: "PRIMARY" });
    records.set("secondary", { ...shared, values: ["192.0.2.9"], failover: "SECONDARY" });
    const [server = ""] = NAME_SERVERS;
    expect(await resolver(addressOf(server)).resolve4(APP)).toEqual(["3.120.0.10", "3.120.0.11"]);
    fixture.world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).delete("ingress");
    expect(await resolver(addressOf(server)).resolve4(APP)).toEqual(["192.0.2.9"]);
  });

  it("answers a change only from the moment on at which it is in sync", async () => {
    delegate(fixture.world, ZONE, NAME_SERVERS);
    fixture.record({ name: APP, type: "A", values: ["192.0.2.7"], insyncAt: STARTS_AT + 30 * SECOND });
    const server = addressOf(NAME_SERVERS[0] ?? "");
    await expect(resolver(server).resolve4(APP)).rejects.toMatchObject({ code: "ENOTFOUND" });
    await fixture.clock.runTo(STARTS_AT + 30 * SECOND);
    expect(await resolver(server).resolve4(APP)).toEqual(["192.0.2.7"]);
  });

  it("follows an alias to a load balancer once that is active", async () => {
    delegate(fixture.world, ZONE, NAME_SERVERS);
    const alias = { dnsName: `${BALANCER}.`, zoneId: "Z2IFOLAFXWLO4F", evaluateTargetHealth: true };
    fixture.record({ name: APP, type: "A", alias });
    expect(await resolver().resolve4(APP)).toEqual(["3.120.0.10", "3.120.0.11"]);
    expect(await resolver().resolve4(BALANCER)).toEqual(["3.120.0.10", "3.120.0.11"]);
    fixture.world
      .collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers)
      .update("ingress", (balancer) => ({ ...balancer, activeAt: STARTS_AT + 600 * SECOND }));
    fixture.record({ name: `later.${ZONE}`, type: "A", alias });
    await expect(resolver().resolve4(`later.${ZONE}`)).rejects.toMatchObject({ code: "ENODATA" });
    expect(fixture.network.snapshot().hosts[BALANCER]).toBeUndefined();
  });

  it("follows CNAMEs, knows wildcards, and tells no data from no name", async () => {
    delegate(fixture.world, ZONE, NAME_SERVERS);
    fixture.record({ name: `www.${ZONE}`, type: "CNAME", values: [`x.apps.${ZONE}.`] });
    fixture.record({ name: `*.apps.${ZONE}`, type: "A", values: ["192.0.2.9"] });
    fixture.record({ name: `_acme-challenge.${ZONE}`, type: "TXT", values: ['"proof"'] });
    expect(await resolver().resolve4(`www.${ZONE}`)).toEqual(["192.0.2.9"]);
    expect(await resolver().resolveTxt(`_acme-challenge.${ZONE}`)).toEqual([["proof"]]);
    await expect(resolver().resolve6(`x.apps.${ZONE}`)).rejects.toMatchObject({ code: "ENODATA" });
    await expect(resolver().resolve4(`none.${ZONE}`)).rejects.toMatchObject({ code: "ENOTFOUND" });
    expect((await resolver().resolveSoa(ZONE)).minttl).toBe(86_400);
  });

  it("never learns a record that does not propagate", async () => {
    addFault(fixture.world, { kind: "record-not-propagating", name: APP });
    delegate(fixture.world, ZONE, NAME_SERVERS);
    fixture.record({ name: APP, type: "A", values: ["192.0.2.7"] });
    fixture.record({ name: `other.${ZONE}`, type: "A", values: ["192.0.2.8"] });
    await expect(resolver().resolve4(APP)).rejects.toMatchObject({ code: "ENOTFOUND" });
    expect(await resolver().resolve4(`other.${ZONE}`)).toEqual(["192.0.2.8"]);
  });

  it("knows the clusters' endpoints, whose address has a socket while they are ACTIVE", async () => {
    const clusters = fixture.world.collection<ClusterRecord>(COLLECTIONS.clusters);
    const host = (clusters.get("prod")?.endpoint ?? "").replace("https://", "").toLowerCase();
    const [address = ""] = await resolver().resolve4(host);
    const socket = `${address}:443`;
    expect(fixture.network.snapshot().hosts[host]).toEqual([address]);
    expect(fixture.network.snapshot().tcp[socket]?.port).toBe(fixture.network.kubernetes.port);
    clusters.update("prod", (cluster) => ({ ...cluster, status: "DELETING" }));
    expect(fixture.network.snapshot().tcp[socket]).toBeUndefined();
  });
});
