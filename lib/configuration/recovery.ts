/** Environments that exist to be built, restored into and removed again: what a rehearsal of recovery is done in. */
import * as z from "zod";
import type { ScenarioName } from "../recovery/scenarios.ts";
import type { Configuration } from "./schema.ts";

const CIDR = z.cidrv4("an IPv4 range such as 10.48.0.0/16");

/** The place of the backups: what the outputs of the layer resilience say. */
const RestoreFromSchema = z.strictObject({
  bucket: z.string().min(3, "the name of a bucket"),
  region: z.string().min(1),
  kmsKeyArn: z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/, "the ARN of a KMS key"),
});

const ScratchSchema = z.strictObject({
  /** As short as any environment's name, and not one that begins like the environment's own. */
  environment: z
    .string()
    .regex(
      /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){2,19}$/,
      "3 to 20 characters: lower-case letters, digits and single hyphens, a letter first",
    ),
  /** Range of its control plane's VPC. */
  controlPlaneCidr: CIDR,
  /** Range of the VPC that it builds. */
  vpcCidr: CIDR,
  restoreFrom: RestoreFromSchema,
});
export type Scratch = z.infer<typeof ScratchSchema> & { readonly region: string };

export const RecoverySchema = z
  .strictObject({
    /** In the same region, from the backups themselves. */
    cluster: ScratchSchema.optional(),
    /** In another region, from the copy that lies there. */
    region: ScratchSchema.extend({
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as eu-west-1"),
    }).optional(),
  })
  .default({});

interface Place {
  readonly environment: string;
  readonly region: string;
  readonly controlPlaneCidr: string;
  readonly recovery: z.infer<typeof RecoverySchema>;
}

/** What would let a rehearsal touch what it is a rehearsal for; by path. */
export function collisionsOf({
  environment,
  region,
  controlPlaneCidr,
  recovery,
}: Place): [string[], string][] {
  const names = [environment];
  const problems: [string[], string][] = [];
  for (const [scenario, scratch] of Object.entries(recovery)) {
    if (!scratch) continue;
    const other = names.find(
      (name) =>
        `${scratch.environment}-`.startsWith(`${name}-`) || `${name}-`.startsWith(`${scratch.environment}-`),
    );
    if (other !== undefined)
      problems.push([
        ["recovery", scenario, "environment"],
        `a name that neither begins with "${other}" and a hyphen nor the other way round: roles of the one may change what is called like that`,
      ]);
    names.push(scratch.environment);
    const ranges = [controlPlaneCidr, scratch.controlPlaneCidr, scratch.vpcCidr];
    if (new Set(ranges).size < ranges.length)
      problems.push([["recovery", scenario, "vpcCidr"], "ranges of its own, other than controlPlaneCidr"]);
  }
  if (recovery.region?.region === region)
    problems.push([["recovery", "region", "region"], "another region: this one is what is lost"]);
  return problems;
}

/** A time that does not come while a rehearsal lasts. @see restoringLayers */
const ONCE_A_YEAR = { cron: "0 0 1 1 *" };

/**
 * The configuration of such an environment: the same platform under another name, in other ranges, as far as a restore
 * needs it. Nobody is asked, since nothing in it is to be kept; it makes no backups, since a bucket with one in it could
 * not be removed; and its edge is the one that writes no DNS records.
 */
export function scratchConfiguration(configuration: Configuration, scratch: Scratch): Configuration {
  const { foundation = {}, resilience = {}, ...layers } = configuration.layers;
  const { bucket, region, kmsKeyArn } = scratch.restoreFrom;
  const { zones: _zones, ...anywhere } = foundation;
  return {
    ...configuration,
    environment: scratch.environment,
    region: scratch.region,
    controlPlaneCidr: scratch.controlPlaneCidr,
    zone: { create: false },
    edge: "nginx",
    approval: "never",
    notifications: { ...configuration.notifications, events: [] },
    recovery: {},
    layers: {
      ...layers,
      foundation: {
        ...(scratch.region === configuration.region ? foundation : anywhere),
        vpc_cidr: scratch.vpcCidr,
      },
      resilience: {
        ...resilience,
        schedules: {
          daily: { ...ONCE_A_YEAR, days: 30 },
          weekly: { ...ONCE_A_YEAR, days: 90 },
          monthly: { ...ONCE_A_YEAR, days: 365 },
        },
        recovery_region: null,
        volume_backups: null,
        vault_lock: null,
        restore_from: { bucket, region, kms_key_arn: kmsKeyArn },
      },
    },
  };
}

/** The environments that a configuration has for its rehearsals, by scenario. */
export function scratchesOf({ region, recovery }: Configuration): [ScenarioName, Scratch][] {
  return [
    ...(recovery.cluster ? [["cluster", { ...recovery.cluster, region }] as [ScenarioName, Scratch]] : []),
    ...(recovery.region ? [["region", recovery.region] as [ScenarioName, Scratch]] : []),
  ];
}
