import { describe, expect, it } from "vitest";
import { readConfiguration } from "../../lib/configuration/read-configuration.ts";
import { scratchConfiguration, scratchesOf } from "../../lib/configuration/recovery.ts";
import { example, FACTS } from "./example.ts";

const restoreFrom = {
  bucket: "prod-backups-111122223333-eu-central-1",
  region: "eu-central-1",
  kmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/1234",
};
const cluster = {
  environment: "drill-cluster",
  controlPlaneCidr: "10.254.0.0/24",
  vpcCidr: "10.48.0.0/16",
  restoreFrom,
};
const facts = {
  ...FACTS,
  declaredVariables: () => ["zones", "nat_per_zone", "vpc_cidr", "recovery_region", "move_snapshots"],
};
const read = (recovery: unknown, more: object = {}) =>
  readConfiguration({ ...example(), recovery, ...more }, facts);

describe("an environment for rehearsals", () => {
  it.each([
    ["prod", "roles of the one"],
    ["prod-drill", "roles of the one"],
    ["pro", undefined],
    ["production", undefined],
  ])("is refused where roles of the one may change what belongs to the other: %s", (environment, says) => {
    const reading = () => read({ cluster: { ...cluster, environment } });
    if (says === undefined) expect(reading).not.toThrow();
    else expect(reading).toThrow(says);
  });

  it.each([
    ["the control plane's own", { controlPlaneCidr: "10.255.0.0/24" }],
    ["each other's", { controlPlaneCidr: cluster.vpcCidr }],
  ])("is refused with a range that is %s", (_, change) => {
    expect(() => read({ cluster: { ...cluster, ...change } })).toThrow(/recovery\.cluster\.vpcCidr/);
  });

  it("is refused in the region whose loss it is about", () => {
    const region = { ...cluster, environment: "drill-region" };
    expect(() => read({ region: { ...region, region: "eu-central-1" } })).toThrow(/recovery\.region\.region/);
    expect(() => read({ region: { ...region, region: "eu-west-1" } })).not.toThrow();
  });

  it("is the same platform elsewhere: asks nobody, backs nothing up, writes no records, restores read only", () => {
    const configuration = read(
      { cluster },
      {
        layers: {
          foundation: { zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"], nat_per_zone: true },
          resilience: { recovery_region: "eu-west-1", move_snapshots: true },
        },
      },
    );
    const [[scenario, scratch] = []] = scratchesOf(configuration);
    expect(scenario).toBe("cluster");
    if (!scratch) throw new Error("no scratch environment");
    const made = scratchConfiguration(configuration, scratch);
    expect(made).toMatchObject({
      environment: "drill-cluster",
      region: "eu-central-1",
      domain: configuration.domain,
      zone: { create: false },
      edge: "nginx",
      approval: "never",
      recovery: {},
      layers: {
        foundation: { vpc_cidr: "10.48.0.0/16", nat_per_zone: true, zones: { length: 3 } },
        resilience: {
          move_snapshots: true,
          recovery_region: null,
          volume_backups: null,
          restore_from: {
            bucket: restoreFrom.bucket,
            region: "eu-central-1",
            kms_key_arn: restoreFrom.kmsKeyArn,
          },
        },
      },
    });
    expect(
      scratchConfiguration(configuration, { ...scratch, region: "eu-west-1" }).layers.foundation,
    ).not.toHaveProperty("zones");
  });
});
