import { describe, expect, it, vi } from "vitest";
import { askOwner } from "../../lib/gates/delegation/ask-owner.ts";
import { judgeDelegation } from "../../lib/gates/delegation/judge.ts";
import { judgeDns } from "../../lib/gates/dns/judge.ts";
import { observeDns } from "../../lib/gates/dns/observe.ts";
import { answers, GATE, NOW } from "./samples.ts";

const none = (problem: string) => ({ records: [], problem });
const DOMAIN = "demo.example.com";

describe("delegation", () => {
  const judge = (zone: string[] | undefined, delegated: { records: string[]; problem?: string }) =>
    judgeDelegation({ domain: DOMAIN, zoneNameServers: zone, delegated }, GATE);

  it.each([
    ["to exactly the zone's servers", ["a", "b"], { records: ["a", "b"] }, "pass"],
    ["to some of them", ["a", "b"], { records: ["a"] }, "pass"],
    ["to another zone of that name", ["a", "b"], { records: ["c", "d"] }, "pending"],
    ["to one stranger among them", ["a", "b"], { records: ["a", "c"] }, "pending"],
    ["not at all", ["a", "b"], none("ENOTFOUND"), "pending"],
    ["of a zone that is not there", undefined, { records: ["a"] }, "fail"],
  ])("%s: %s", (_how, zone, delegated, answer) => {
    expect(judge(zone, delegated)[0]?.status).toBe(answer);
  });

  const facts = { domain: DOMAIN, zoneNameServers: ["ns-1.aws"], delegated: none("ENOTFOUND") };
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

  it("asks the owner once, with the records to set", async () => {
    const [first, second] = [waiting(true), waiting(false)];
    await askOwner(facts, judgeDelegation(facts, GATE), first);
    await askOwner(facts, judgeDelegation(facts, GATE), second);
    expect(first.ports.notifier.publish.mock.calls[0]?.[1].text).toContain("NS ns-1.aws.");
    expect(second.ports.notifier.publish).not.toHaveBeenCalled();
  });

  it("asks nobody about a delegated zone", async () => {
    const given = waiting(true);
    const delegated = { ...facts, delegated: { records: ["ns-1.aws"] } };
    await askOwner(delegated, judgeDelegation(delegated, GATE), given);
    expect(given.ports.notices.claim).not.toHaveBeenCalled();
  });

  it("asks again at the next look when the question could not be sent", async () => {
    const given = waiting(true);
    given.ports.notifier.publish.mockRejectedValueOnce(new Error("no SNS"));
    await expect(askOwner(facts, judgeDelegation(facts, GATE), given)).rejects.toThrow("no SNS");
    expect(given.ports.notices.release).toHaveBeenCalledWith("run-1", "delegation-needed");
  });
});

describe("dns", () => {
  const judge = (
    published: { records: string[]; problem?: string }[],
    resolved: { records: string[]; problem?: string },
  ) =>
    answers(
      judgeDns(
        {
          domain: DOMAIN,
          nameServers: { records: ["a"] },
          hosts: [
            {
              host: "app",
              published: published.map((answer, index) => ({ server: `s${index}`, answer })),
              resolved,
            },
          ],
        },
        { ...GATE, hosts: ["app"] },
      ),
    );

  it("passes when every server has it and the resolver agrees", () => {
    expect(
      judge([{ records: ["1.1.1.1", "2.2.2.2"] }, { records: ["1.1.1.1"] }], { records: ["2.2.2.2"] }),
    ).toEqual(["record-published: pass", "record-resolves: pass"]);
  });
  it("waits for the last server of the zone", () => {
    expect(judge([{ records: ["1.1.1.1"] }, none("ENODATA")], { records: ["1.1.1.1"] })).toEqual([
      "record-published: pending",
    ]);
  });
  it("waits for a resolver that still knows the old address, or none", () => {
    expect(judge([{ records: ["1.1.1.1"] }], { records: ["9.9.9.9"] })[1]).toBe("record-resolves: pending");
    expect(judge([{ records: ["1.1.1.1"] }], none("ENOTFOUND"))[1]).toBe("record-resolves: pending");
  });
  it("waits for the zone itself", () => {
    const facts = { domain: DOMAIN, nameServers: none("ENOTFOUND"), hosts: [] };
    expect(answers(judgeDns(facts, { ...GATE, hosts: ["app"] }))).toEqual(["zone-delegated: pending"]);
  });

  it("does not ask the resolver for what is not published, lest it remember that", async () => {
    const addresses = vi.fn(async (host: string) =>
      host === "a" ? { records: ["10.0.0.1"] } : { records: ["1.1.1.1"] },
    );
    const addressesAt = vi.fn(async (_server: string, host: string) =>
      host.startsWith("app") ? { records: ["1.1.1.1"] } : (none("ENODATA") as never),
    );
    const dns = { nameServers: async () => ({ records: ["a"] }), addresses, addressesAt };
    await observeDns(
      { ...GATE, hosts: ["app", "grafana"] },
      { dns },
      { environment: "demo", domain: DOMAIN, now: NOW },
    );
    expect(addressesAt.mock.calls).toEqual([
      ["10.0.0.1", "app.demo.example.com"],
      ["10.0.0.1", "grafana.demo.example.com"],
    ]);
    expect(addresses.mock.calls.flat()).toEqual(["a", "app.demo.example.com"]);
  });
});
