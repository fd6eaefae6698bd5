import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { readConfiguration } from "../../lib/configuration/read-configuration.ts";
import type { Configuration } from "../../lib/configuration/schema.ts";
import { layerVariables } from "../../lib/constructs/layer-variables.ts";
import { PROJECT_ROOT } from "../../lib/constructs/project-root.ts";
import { readTerraformSource } from "../../lib/constructs/terraform-source.ts";
import { type EchoProviders, serveEchoProviders } from "./echo-providers.ts";
import { ANSWERS, CONTROL_PLANE, VARIABLES } from "./environment.ts";
import { LayersOnDisk, type PlannedResource, type Variables } from "./planned-layer.ts";
import { resourcesOf } from "./planned-rules/platform.ts";

const catalogue = defineLayers(LAYERS);
const declared = (layer: string): readonly string[] =>
  readTerraformSource(join(PROJECT_ROOT, "terraform", catalogue.layer(layer).directory)).variables;

/** An example of docs/examples, read as the control plane reads cdk.json. */
function configurationOf(file: string): Configuration {
  const { context } = JSON.parse(readFileSync(join("docs/examples", file), "utf8")) as {
    context: { strata: unknown };
  };
  return readConfiguration(context.strata, { catalogue, declaredVariables: declared });
}

/** What the control plane would give the layer. */
const variablesOf = (configuration: Configuration, layer: string): Variables => ({
  ...VARIABLES[layer],
  control_plane: CONTROL_PLANE,
  ...layerVariables(configuration, catalogue.layer(layer), declared(layer)),
});

const prod = configurationOf("prod.cdk.json");
const dr = configurationOf("dr.cdk.json");

let providers: EchoProviders;
const planned = new Map<string, PlannedResource[]>();

beforeAll(async () => {
  providers = await serveEchoProviders(ANSWERS);
  for (const configuration of [prod, dr]) {
    const layers = new LayersOnDisk(providers);
    expect(await layers.apply("foundation", variablesOf(configuration, "foundation"))).toContain(
      "Apply complete",
    );
    expect(await layers.apply("resilience", variablesOf(configuration, "resilience"))).toContain(
      "Apply complete",
    );
    planned.set(configuration.environment, resourcesOf(layers.state("resilience"), "resilience"));
    layers.remove();
  }
});
afterAll(() => providers.close());

const buckets = (environment: string): unknown[] =>
  (planned.get(environment) ?? [])
    .filter(({ type }) => type === "aws_s3_bucket")
    .map(({ values }) => [values.bucket, values.region]);

describe("the recovery environment", () => {
  it("differs from prod by configuration alone, and in nothing but what must differ", () => {
    const differing = Object.keys(dr).filter(
      (key) =>
        JSON.stringify(dr[key as keyof Configuration]) !== JSON.stringify(prod[key as keyof Configuration]),
    );
    expect(differing.sort()).toEqual(["controlPlaneCidr", "domain", "environment", "layers", "region"]);
  });

  it("restores from the copy that prod makes, in the region that it is in", () => {
    const { restore_from } = dr.layers.resilience as { restore_from: { bucket: string; region: string } };
    expect(restore_from.region).toBe(dr.region);
    expect(prod.layers.resilience).toMatchObject({ recovery_region: dr.region });
    expect(buckets("prod")).toContainEqual([restore_from.bucket, dr.region]);
  });

  it("reads that copy as a second location, and never writes to it", () => {
    const velero = planned
      .get("prod-dr")
      ?.find(({ type, values }) => type === "helm_release" && values.values);
    const [text = ""] = (velero?.values.values ?? []) as string[];
    const { configuration } = parse(text) as {
      configuration: { backupStorageLocation: Record<string, unknown>[] };
    };
    expect(configuration.backupStorageLocation[1]).toMatchObject({
      name: "recovery",
      bucket: "prod-backups-111122223333-eu-west-1",
      accessMode: "ReadOnly",
    });
  });

  it("has networks of its own, so that both can be joined", () => {
    const network = ({ controlPlaneCidr, layers }: Configuration): unknown[] => [
      controlPlaneCidr,
      layers.foundation?.vpc_cidr ?? "10.32.0.0/16",
    ];
    expect(new Set([...network(prod), ...network(dr)]).size).toBe(4);
  });
});

describe("prod, which prepares for it", () => {
  it("moves what is in its daily snapshots, and locks copies of its volumes there", () => {
    const resources = planned.get("prod") ?? [];
    const vaults = resources.filter(({ type }) => type === "aws_backup_vault_lock_configuration");
    expect(vaults.map(({ values }) => [values.backup_vault_name, values.region]).sort()).toEqual([
      ["prod", "eu-central-1"],
      ["prod-replica", "eu-west-1"],
    ]);
  });
});
