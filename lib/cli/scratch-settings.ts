import * as z from "zod";
import type { ScenarioName } from "../recovery/scenarios.ts";
import type { ObjectVersion } from "../twin/world/records.ts";
import type { WorldSnapshot } from "../twin/world/world.ts";
import type { Setting } from "./arguments.ts";
import { readCdkJson } from "./cdk-json.ts";
import { PROJECT_ROOT } from "./places.ts";

const STATE = /^.+-state-\d{12}-([a-z0-9-]+)\/resilience\/terraform\.tfstate$/;
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

/** Ranges that neither the platform nor its control plane has by default. */
const PLACES = {
  cluster: { environment: "drill-cluster", controlPlaneCidr: "10.254.0.0/24", vpcCidr: "10.48.0.0/16" },
  region: { environment: "drill-region", controlPlaneCidr: "10.253.0.0/24", vpcCidr: "10.64.0.0/16" },
} as const;

/**
 * The scratch environment that a rehearsal needs, where cdk.json configures none: with the place of the backups as the
 * saved world's own outputs tell it, which a person would copy from `terraform output`. None where nothing was deployed
 * that could be restored.
 */
export function scratchSettings(scenario: ScenarioName, world: WorldSnapshot | undefined): Setting[] {
  if (scenario !== "cluster" && scenario !== "region") return [];
  if (isConfigured(scenario)) return [];
  const place = PLACES[scenario];
  for (const [key, versions] of Object.entries(world?.collections["s3.objects"] ?? {})) {
    const [, region = ""] = STATE.exec(key) ?? [];
    if (region === "" || Object.values(PLACES).some(({ environment }) => key.startsWith(environment)))
      continue;
    const restoreFrom = backupsIn((versions as unknown as ObjectVersion[]).at(-1), scenario, region);
    if (!restoreFrom) continue;
    const value = { ...place, restoreFrom, ...(scenario === "region" ? { region: restoreFrom.region } : {}) };
    return [{ path: ["recovery", scenario], value }];
  }
  return [];
}

function isConfigured(scenario: "cluster" | "region"): boolean {
  const schema = z.object({ context: z.object({ strata: z.object({ recovery: z.looseObject({}) }) }) });
  const parsed = schema.safeParse(readCdkJson(PROJECT_ROOT));
  return parsed.success && parsed.data.context.strata.recovery[scenario] !== undefined;
}

function backupsIn(
  version: ObjectVersion | undefined,
  scenario: "cluster" | "region",
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
