import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type AgesPorts, publishAges } from "../../lib/ages/publish-ages.ts";
import { connectRehearsalsElsewhere } from "../../lib/clients/rehearsals-elsewhere.ts";
import { DependencyUnavailableError } from "../../lib/run/errors.ts";
import type { Measurement } from "../../lib/run/ports.ts";
import type { Proof } from "../../lib/run/proof.ts";

const NOW = new Date("2026-11-24T12:00:00.000Z");
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);
const MACHINE = "arn:aws:states:eu-west-1:111122223333:stateMachine:drill-region-rehearse-recovery";

const rehearsed = (scenario: string, hours: number): Proof => ({
  proof: "rehearse-recovery",
  scenario,
  executionArn: `arn:aws:states:eu-central-1:111122223333:execution:prod-rehearse-recovery:${scenario}`,
  startedAt: hoursAgo(hours + 1).toISOString(),
  endedAt: hoursAgo(hours).toISOString(),
  result: "passed",
  summary: scenario,
  evidenceKey: "checks/rehearse-recovery/x/proof.json",
});

function ports(known: readonly Proof[], elsewhere?: AgesPorts["elsewhere"]) {
  const saved: Proof[] = [];
  const published: Measurement[] = [];
  const all: AgesPorts = {
    proofs: { allPassed: async () => known, saveLast: async (proof) => void saved.push(proof) },
    counting: { since: async () => hoursAgo(500) },
    history: { endsSince: async () => ({ succeeded: 0, failed: 0 }) },
    metrics: { publish: (measurements) => void published.push(...measurements) },
    elsewhere,
  };
  const ageOf = (metric: string, dimension: string) =>
    published.find((each) => each.metric === metric && Object.values(each.dimensions).includes(dimension))
      ?.value;
  return { all, saved, ageOf };
}

describe("the age of rehearsals", () => {
  it("is that of each disaster, and the youngest of them for whoever waits for any", async () => {
    const { all, ageOf } = ports([
      rehearsed("cluster", 300),
      rehearsed("volume", 20),
      rehearsed("cluster", 300),
    ]);
    await publishAges(all, NOW);
    expect(ageOf("ProofAge", "rehearse-recovery")).toBe(20);
    expect(ageOf("RehearsalAge", "volume")).toBe(20);
    expect(ageOf("RehearsalAge", "cluster")).toBe(300);
    // Never rehearsed: since counting began.
    expect(ageOf("RehearsalAge", "region")).toBe(500);
  });

  it("knows at once what passed in another region, and keeps it once", async () => {
    const region = rehearsed("region", 5);
    const elsewhere = { machine: MACHINE, lastPassed: async () => region };
    const first = ports([rehearsed("volume", 20)], elsewhere);
    await publishAges(first.all, NOW);
    expect(first.ageOf("ProofAge", "rehearse-recovery")).toBe(5);
    expect(first.ageOf("RehearsalAge", "region")).toBe(5);
    expect(first.saved).toEqual([region]);
    const second = ports([region], elsewhere);
    await publishAges(second.all, NOW);
    expect(second.saved).toEqual([]);
  });

  it("is published as it was known last where the other region does not answer, and that is said", async () => {
    const lastPassed = () => Promise.reject(new Error("connect ETIMEDOUT"));
    const { all, ageOf } = ports([rehearsed("region", 40)], { machine: MACHINE, lastPassed });
    const failed = publishAges(all, NOW);
    await expect(failed).rejects.toThrow(DependencyUnavailableError);
    await expect(failed).rejects.toThrow(
      `ages are published, but ${MACHINE} did not say when it last passed`,
    );
    expect(ageOf("RehearsalAge", "region")).toBe(40);
    expect(ageOf("ProofAge", "drift")).toBe(500);
  });
});

describe("the machine in another region", () => {
  const sfn = mockClient(SFNClient);
  beforeEach(() => sfn.reset());
  const ask = () => connectRehearsalsElsewhere(MACHINE, new SFNClient({ region: "eu-west-1" }))?.lastPassed();

  it("is asked for its newest success only, which is a proof of the loss of this region", async () => {
    const executionArn = `${MACHINE.replace("stateMachine", "execution")}:one`;
    sfn.on(ListExecutionsCommand).resolves({
      executions: [
        {
          executionArn,
          stateMachineArn: MACHINE,
          name: "one",
          status: "SUCCEEDED",
          startDate: hoursAgo(6),
          stopDate: hoursAgo(5),
        },
      ],
    });
    await expect(ask()).resolves.toEqual({
      proof: "rehearse-recovery",
      scenario: "region",
      executionArn,
      startedAt: "2026-11-24T06:00:00.000Z",
      endedAt: "2026-11-24T07:00:00.000Z",
      result: "passed",
      summary:
        "region: recovered in eu-west-1; the times are in drill-region-artefacts-111122223333-eu-west-1",
      evidenceKey: "checks/rehearse-recovery/one/proof.json",
    });
    expect(sfn.commandCalls(ListExecutionsCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: MACHINE,
      statusFilter: "SUCCEEDED",
      maxResults: 1,
    });
  });

  it("has rehearsed nothing before its first success, or before it is there", async () => {
    sfn.on(ListExecutionsCommand).resolves({ executions: [] });
    await expect(ask()).resolves.toBeUndefined();
    sfn
      .on(ListExecutionsCommand)
      .rejects(Object.assign(new Error("gone"), { name: "StateMachineDoesNotExist" }));
    await expect(ask()).resolves.toBeUndefined();
  });

  it("fails where it refuses: nobody takes that for never", async () => {
    sfn.on(ListExecutionsCommand).rejects(Object.assign(new Error("no"), { name: "AccessDeniedException" }));
    await expect(ask()).rejects.toThrow("no");
  });

  it("is called in its own region", async () => {
    const send = vi.spyOn(SFNClient.prototype, "send").mockImplementation(async function (this: SFNClient) {
      return { executions: [], region: await this.config.region() };
    } as never);
    await connectRehearsalsElsewhere(MACHINE)?.lastPassed();
    await expect(send.mock.results[0]?.value).resolves.toMatchObject({ region: "eu-west-1" });
    send.mockRestore();
  });
});
