import * as z from "zod";
import type { ScenarioName } from "../recovery/scenarios.ts";
import type { ObjectVersion } from "../twin/world/records.ts";
import type { WorldSnapshot } from "../twin/world/world.ts";
import type { Setting } from "./arguments.ts";
import { readCdkJson } from "./cdk-json.ts";
import { PROJECT_ROOT } from "./places.ts";
import { UsageError } from "./usage-error.ts";

type Rebuilt = "cluster" | "region";

const STATE = /^(.+)-state-\d{12}-([a-z0-9-]+)\/resilience\/terraform\.tfstate$/;
const OutputSchema = <T>(value: z.ZodType<T>) => z.object({ value });
const StateSchema = z.object({
  outputs: z.object({
    bucket: OutputSchema(z.string()),
    kms_key_arn: OutputSchema(z.string()),
    replica: OutputSchema(
      z.object({ bucket: z.string(), region: z.string(), kms_key_arn: z.string() }).nullable(),
    ).optional(),
  }),
});

/** Names and ranges that neither a platform nor its control plane has by default. */
const PLACES = {
  cluster: { environment: "drill-cluster", controlPlaneCidr: "10.254.0.0/24", vpcCidr: "10.48.0.0/16" },
  region: { environment: "drill-region", controlPlaneCidr: "10.253.0.0/24", vpcCidr: "10.64.0.0/16" },
} as const;

/** Where a rehearsal that builds a cluster is done. */
export interface ScratchPlace {
  /** The environment whose loss it is about. */
  readonly primary: string;
  readonly environment: string;
  /** Bucket that it restores from. */
  readonly bucket: string;
  /** What to set in the configuration, where cdk.json does not have it. */
  readonly settings: readonly Setting[];
}

/**
 * The scratch environment that cdk.json configures, or else one with the place of the backups as the saved world's own
 * outputs tell it: what a person would copy from `terraform output`.
 * @returns undefined for a scenario that needs none
 * @throws UsageError where nothing was deployed that could be restored
 */
export function scratchPlace(
  scenario: ScenarioName,
  world: WorldSnapshot | undefined,
): ScratchPlace | undefined {
  if (scenario !== "cluster" && scenario !== "region") return undefined;
  const states = Object.entries(world?.collections["s3.objects"] ?? {}).flatMap(([key, versions]) => {
    const [, environment = "", region = ""] = STATE.exec(key) ?? [];
    const isScratch = Object.values(PLACES).some((place) => place.environment === environment);
    if (environment === "" || isScratch) return [];
    const backups = backupsIn((versions as unknown as ObjectVersion[]).at(-1), scenario, region);
    return backups ? [{ primary: environment, backups }] : [];
  });
  const [state] = states;
  if (!state) throw nothingToRestore(scenario);
  const { primary, backups } = state;
  const configured = configuredEnvironment(scenario);
  if (configured) return { primary, environment: configured, bucket: backups.bucket, settings: [] };
  const place = PLACES[scenario];
  const region = scenario === "region" ? { region: backups.region } : {};
  const value = { ...place, ...region, restoreFrom: backups };
  return {
    primary,
    environment: place.environment,
    bucket: backups.bucket,
    settings: [{ path: ["recovery", scenario], value }],
  };
}

function nothingToRestore(scenario: Rebuilt): UsageError {
  return new UsageError(
    scenario === "cluster"
      ? "the world has no backups to restore: deploy resilience first (`--layers resilience`). Nothing was started."
      : "the world has no copy of its backups in a second region: deploy one first (`--layers resilience --set layers.resilience.recovery_region=eu-west-1`). Nothing was started.",
  );
}

function configuredEnvironment(scenario: Rebuilt): string | undefined {
  const schema = z.object({
    context: z.object({
      strata: z.object({ recovery: z.record(z.string(), z.looseObject({ environment: z.string() })) }),
    }),
  });
  const parsed = schema.safeParse(readCdkJson(PROJECT_ROOT));
  return parsed.success ? parsed.data.context.strata.recovery[scenario]?.environment : undefined;
}

function backupsIn(
  version: ObjectVersion | undefined,
  scenario: Rebuilt,
  region: string,
): { bucket: string; region: string; kmsKeyArn: string } | undefined {
  const text = Buffer.from(version?.body ?? "", "base64").toString("utf8");
  const parsed = StateSchema.safeParse(text === "" ? undefined : JSON.parse(text));
  if (!parsed.success) return undefined;
  const { bucket, kms_key_arn, replica } = parsed.data.outputs;
  if (scenario === "cluster") return { bucket: bucket.value, region, kmsKeyArn: kms_key_arn.value };
  const copy = replica?.value;
  return copy ? { bucket: copy.bucket, region: copy.region, kmsKeyArn: copy.kms_key_arn } : undefined;
}
