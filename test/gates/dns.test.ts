import { describe, expect, it, vi } from "vitest";
import type { DnsReply } from "../../lib/clients/dns-query.ts";
import { askOwner } from "../../lib/gates/delegation/ask-owner.ts";
import type { DelegationFacts, ResolutionFact } from "../../lib/gates/delegation/facts.ts";
import { judgeDelegation } from "../../lib/gates/delegation/judge.ts";
import { observeDelegation } from "../../lib/gates/delegation/observe.ts";
import type { DnsFacts } from "../../lib/gates/dns/facts.ts";
import { judgeDns } from "../../lib/gates/dns/judge.ts";
import { answers, FORBIDDEN, GATE, NOW, read } from "./samples.ts";

const DOMAIN = "demo.example.com";
const HOST = `app.${DOMAIN}`;

const referral = (nameServers: string[], problem?: string, server = "a.parent") => ({
  server,
  nameServers,
  ttlSeconds: 172_800,
  problem,
});
const resolution = (addresses: string[], rest: Partial<ResolutionFact> = {}): ResolutionFact => ({
  host: HOST,
  resolver: "1.1.1.1",
  addresses,
  ttlSeconds: 60,
  rcode: undefined,
  silent: undefined,
  ...rest,
});
const FACTS: DelegationFacts = {
  domain: DOMAIN,
  zoneNameServers: ["a", "b"],
  servers: [
    { server: "a", problem: undefined },
    { server: "b", problem: undefined },
  ],
  parent: "example.com",
  referrals: [referral(["a", "b"])],
  resolutions: [],
  published: {},
};
const PUBLISHED = { [HOST]: ["192.0.2.1", "192.0.2.2"] };

describe("delegation", () => {
  const judge = (facts: Partial<DelegationFacts>, waits = true) =>
    answers(judgeDelegation({ ...FACTS, ...facts }, { ...GATE, waits, hosts: [] }));

  it.each<[string, Partial<DelegationFacts>, string]>([
    ["to exactly the zone's servers", {}, "pass"],
    ["to some of them", { referrals: [referral(["a"])] }, "pending"],
    ["to more than them", { referrals: [referral(["a", "b", "c"])] }, "pending"],
    ["to another zone of that name", { referrals: [referral(["c", "d"])] }, "pending"],
    ["not at all", { referrals: [referral([], "NXDOMAIN")] }, "pending"],
    [
      "by one server of the zone above, and not yet by another",
      { referrals: [referral(["a", "b"]), referral([], "NXDOMAIN", "b.parent")] },
      "pending",
    ],
    ["by a zone above that nobody finds", { parent: undefined, referrals: [] }, "unknown"],
  ])("%s", (_how, facts, answer) => {
    expect(judge(facts)).toEqual(["zone-served: pass", `zone-delegated: ${answer}`]);
    const told = answer === "pass" ? "(zone-delegated: pass)" : `(zone-delegated: ${answer})`;
    expect(judge(facts, false)).toEqual(["zone-served: pass", told]);
  });

  it("fails of a zone that is not there, and waits for one that its servers do not know", () => {
    expect(judge({ zoneNameServers: undefined })).toEqual(["zone-served: fail"]);
    const servers = [{ server: "a", problem: "REFUSED, not for this zone" }];
    expect(judge({ servers })[0]).toBe("zone-served: pending");
  });

  it.each<[string, ResolutionFact[], string[]]>([
    [
      "every resolver agrees",
      [resolution(["192.0.2.1"]), resolution(["192.0.2.2"])],
      ["record-propagated: pass", "record-propagated: pass"],
    ],
    [
      "one still knows the old address",
      [resolution(["192.0.2.1"]), resolution(["198.51.100.9"])],
      ["record-propagated: pass", "record-propagated: pending"],
    ],
    [
      "one remembers that there was nothing",
      [resolution([], { rcode: "NXDOMAIN" })],
      ["record-propagated: pending"],
    ],
    [
      "one is silent",
      [resolution(["192.0.2.1"]), resolution([], { silent: "ETIMEOUT" })],
      ["record-propagated: pass", "(record-propagated: unknown)"],
    ],
    ["all are silent", [resolution([], { silent: "ETIMEOUT" })], ["record-propagated: unknown"]],
  ])("of a host, when %s", (_what, resolutions, expected) => {
    expect(judge({ resolutions, published: PUBLISHED }).slice(2)).toEqual(expected);
    expect(judge({ resolutions, published: PUBLISHED }, false)).toHaveLength(2);
  });
  it("leaves a host that is not published to the dns gate", () => {
    expect(judge({ published: { [HOST]: [] } }).slice(2)).toEqual(["(record-propagated: pending)"]);
  });

  const facts = { ...FACTS, zoneNameServers: ["ns-1.aws"], referrals: [referral([], "NXDOMAIN")] };
  const findings = (given: DelegationFacts, waits = true) =>
    judgeDelegation(given, { ...GATE, waits, hosts: [] });
  const waiting = (claimed: boolean) => ({
    ports: {
      notices: { claim: vi.fn(async () => claimed), release: vi.fn() },
      notifier: { publish: vi.fn(async (_topic: string, _notification: { text: string }) => {}) },
      actionTopicArn: "arn:topic",
    },
    moment: { environment: "demo", domain: DOMAIN, now: NOW },
    runId: "run-1",
    until: NOW,
  });

  it("asks the owner once, with the records to set, whether anything waits for them or not", async () => {
    for (const waits of [true, false]) {
      const [first, second] = [waiting(true), waiting(false)];
      await askOwner(facts, findings(facts, waits), first);
      await askOwner(facts, findings(facts, waits), second);
      const text = first.ports.notifier.publish.mock.calls[0]?.[1].text ?? "";
      expect(text).toContain("NS ns-1.aws.");
      expect(text.includes(NOW.toISOString())).toBe(waits);
      expect(second.ports.notifier.publish).not.toHaveBeenCalled();
    }
  });

  it("asks nobody about a delegated zone", async () => {
    const given = waiting(true);
    await askOwner(FACTS, findings(FACTS), given);
    expect(given.ports.notices.claim).not.toHaveBeenCalled();
  });

  it("asks again at the next look when the question could not be sent", async () => {
    const given = waiting(true);
    given.ports.notifier.publish.mockRejectedValueOnce(new Error("no SNS"));
    await expect(askOwner(facts, findings(facts), given)).rejects.toThrow("no SNS");
    expect(given.ports.notices.release).toHaveBeenCalledWith("run-1", "delegation-needed");
  });

  const record = (name: string, type: string, data: string) => ({ name, type, data, ttlSeconds: 60 });
  const reply = (parts: Partial<Extract<DnsReply, { answered: true }>>): DnsReply => ({
    answered: true,
    rcode: "NOERROR",
    authoritative: false,
    answers: [],
    authorities: [],
    ...parts,
  });
  /** The zone above is two labels up, and refers to this one only once it is `delegated`. */
  function world(delegated: boolean) {
    const asked: string[] = [];
    const dns = {
      nameServers: async (zone: string) => ({ records: zone === "com" ? ["ns.com"] : [] }),
      addresses: async (name: string) => ({ records: [`at ${name}`] }),
      ask: async (server: string, name: string, type: string) => {
        asked.push(`${server} ${name} ${type}`);
        if (type === "SOA") return reply({ authoritative: true, answers: [record(name, "SOA", "a")] });
        if (type === "A") return reply({ authoritative: true, answers: [record(name, "A", "192.0.2.1")] });
        return delegated
          ? reply({ authorities: [record(DOMAIN, "NS", "b"), record(DOMAIN, "NS", "a")] })
          : reply({ rcode: "NXDOMAIN", authorities: [record("com", "SOA", "x")] });
      },
      resolveAt: async (server: string, name: string) => {
        asked.push(`${server} ${name}`);
        return reply({ answers: [record(name, "A", "192.0.2.1")] });
      },
    };
    const route53 = { zone: async () => ({ id: "Z1", nameServers: ["a", "b"] }) };
    const moment = { environment: "demo", domain: DOMAIN, now: NOW };
    return { asked, observed: observeDelegation({ hosts: ["app"] }, { dns, route53 }, moment) };
  }

  it("asks the servers of the nearest zone above for the referral, past every cache", async () => {
    const { asked, observed } = world(true);
    expect((await observed).parent).toBe("com");
    expect(asked).toContain(`at ns.com ${DOMAIN} NS`);
    expect((await observed).referrals[0]).toMatchObject({ nameServers: ["a", "b"], ttlSeconds: 60 });
    expect(answers(judgeDelegation(await observed, { ...GATE, waits: true, hosts: ["app"] }))).toEqual([
      "zone-served: pass",
      "zone-delegated: pass",
      ...Array.from({ length: 3 }, () => "record-propagated: pass"),
    ]);
  });

  it("asks no resolver before the zone is delegated, lest it remember that there is nothing", async () => {
    const { asked, observed } = world(false);
    expect((await observed).resolutions).toEqual([]);
    expect(asked.filter((each) => each.includes(HOST))).toEqual([]);
  });
});

describe("dns", () => {
  const published = (records: string[], rest: object = {}) => ({
    server: "s",
    answer: { records, ttlSeconds: 60, ...rest },
  });
  const edge = read([{ source: "Service edge/proxy", address: "lb.aws", ports: [443] }]);
  const judge = (answered: ReturnType<typeof published>[], facts: Partial<DnsFacts> = {}) =>
    answers(
      judgeDns(
        {
          domain: DOMAIN,
          nameServers: ["a"],
          hosts: [{ host: HOST, published: answered }],
          edge,
          edgeAddresses: { records: ["192.0.2.1", "192.0.2.2", "192.0.2.3"] },
          ...facts,
        },
        { ...GATE, hosts: ["app"], edge: "edge", longestTtlSeconds: 300 },
      ),
    );

  it("passes when every server has it, and it leads to the edge", () => {
    expect(judge([published(["192.0.2.1", "192.0.2.2"]), published(["192.0.2.1"])])).toEqual([
      "record-published: pass",
      "record-leads-to-edge: pass",
      "(record-short-lived: pass)",
    ]);
  });
  it("waits for the last server of the zone, and fails without a zone", () => {
    expect(judge([published(["192.0.2.1"]), published([], { problem: "NXDOMAIN" })])).toEqual([
      "record-published: pending",
    ]);
    expect(judge([], { nameServers: undefined })).toEqual(["record-published: fail"]);
    expect(judge([], { nameServers: [] })).toEqual(["record-published: pending"]);
  });
  it.each<[string, string[], Partial<DnsFacts>, string]>([
    ["all of the edge's addresses", ["192.0.2.1", "192.0.2.2", "192.0.2.3"], {}, "pass"],
    ["another load balancer", ["198.51.100.1"], {}, "pending"],
    ["the edge, and one address that was the edge's once", ["192.0.2.1", "198.51.100.1"], {}, "pending"],
    ["the edge by IPv4 and something else by IPv6", ["192.0.2.1", "2001:db8::1"], {}, "pending"],
    ["an edge whose name does not resolve", ["192.0.2.1"], { edgeAddresses: { records: [] } }, "pending"],
    ["an edge that may not be read", ["192.0.2.1"], { edge: FORBIDDEN }, "unknown"],
  ])("of a record that leads to %s", (_what, records, facts, answer) => {
    expect(judge([published(records)], facts)[1]).toBe(`record-leads-to-edge: ${answer}`);
  });
  it.each([
    [300, "pass"],
    [301, "fail"],
  ])("of a record that is remembered for %i s", (ttlSeconds, answer) => {
    expect(judge([published(["192.0.2.1"], { ttlSeconds })])[2]).toBe(`(record-short-lived: ${answer})`);
  });
});
