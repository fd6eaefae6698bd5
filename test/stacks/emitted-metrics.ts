import * as z from "zod";
import { createHandler } from "../../lambdas/create-handler.ts";
import { publishAges } from "../../lib/ages/publish-ages.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { embeddedMetrics } from "../../lib/clients/embedded-metrics.ts";
import { VALIDATORS } from "../../lib/constructs/validator-functions.ts";
import { measureDaysLeft } from "../../lib/gates/certificate/days-left.ts";
import { defineGate } from "../../lib/gates/define-gate.ts";
import { prove } from "../../lib/gates/prove.ts";
import { question } from "../../lib/gates/question.ts";
import { NotReadyError } from "../../lib/run/errors.ts";
import { invoke, logOf } from "../lambdas/invoke.ts";
import { sampleRun } from "../run/samples.ts";

const NOW = new Date("2026-11-24T12:00:00.000Z");

export interface Emitted {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Directive {
  readonly CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
}

/** What CloudWatch makes of a line of a log. */
function emittedBy(line: string): Emitted[] {
  if (!line.startsWith('{"_aws"')) return [];
  const { _aws, ...values } = JSON.parse(line) as { _aws: Directive } & Record<string, string>;
  return _aws.CloudWatchMetrics.filter(({ Namespace }) => Namespace === "Strata").flatMap(
    ({ Dimensions, Metrics }) =>
      Dimensions.flatMap((names) =>
        Metrics.map(({ Name }) => ({
          name: Name,
          dimensions: Object.fromEntries(names.map((name) => [name, String(values[name])])),
        })),
      ),
  );
}

/** Every metric of ours, by really having each emitted: by the ages, by a gate of every kind, by a look that waits. */
export async function emittedMetrics(environment: string): Promise<Emitted[]> {
  const lines: string[] = [];
  const metrics = embeddedMetrics("Strata", environment, (line) => void lines.push(line));
  await publishAges(
    {
      proofs: { allPassed: async () => [], saveLast: async () => {} },
      counting: { since: async () => NOW },
      history: { endsSince: async () => ({ succeeded: 0, failed: 0 }) },
      metrics,
    },
    NOW,
  );
  for (const { kind } of LAYERS.flatMap(({ gates }) => gates)) {
    const gate = defineGate({
      kind,
      expectation: z.looseObject({}),
      observe: async () => ({}),
      judge: () => [question("nodes-ready", "a", "b").pass("c")],
    });
    const entry = { kind, deadlineMinutes: 1 };
    await prove(
      { run: sampleRun(), layer: "x", gate: entry, since: NOW.toISOString() },
      [gate],
      {},
      { objects: { writeJson: async () => {} }, metrics },
      { environment, domain: "example.com", now: NOW },
    );
  }
  const served = { reached: true, notAfter: "2027-01-01T00:00:00Z" } as never;
  metrics.publish(measureDaysLeft({ host: "app.example.com", served, cluster: undefined }, NOW), NOW);
  for (const name of Object.keys(VALIDATORS))
    lines.push(...(await logOf(() => invoke(waiting(name), {}))).split("\n"));
  return lines.flatMap(emittedBy);
}

const waiting = (name: string) =>
  createHandler({
    name,
    input: z.unknown(),
    output: z.unknown(),
    connect: () => ({}),
    handle: async () => {
      throw new NotReadyError("later");
    },
  });
