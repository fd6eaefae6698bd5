import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract, list } from "tar";
import { describe, expect, it } from "vitest";
import { layerName } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { readConfiguration } from "../../lib/configuration/read-configuration.ts";
import { packSource } from "../../lib/constructs/source-archive.ts";
import { example, FACTS } from "../configuration/example.ts";

const pack = (changes = {}): string =>
  packSource({ catalogue: FACTS.catalogue, configuration: readConfiguration(example(changes), FACTS) });
const sha256 = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

describe("the source archive", () => {
  const file = pack();
  const paths: string[] = [];
  list({ file, sync: true, onReadEntry: (entry) => void paths.push(entry.path) });

  it("is the same file for the same sources, and another for another configuration", () => {
    expect(sha256(pack())).toBe(sha256(file));
    expect(sha256(pack({ domain: "other.example" }))).not.toBe(sha256(file));
  });

  it("holds terraform, buildspecs and a variables file for every layer, sorted", () => {
    expect(paths).toEqual([...paths].sort());
    expect(paths).toEqual(
      expect.arrayContaining([
        "buildspecs/scripts/plan.sh",
        "terraform/foundation/versions.tf",
        ...LAYERS.map((layer) => `variables/${layerName(layer.directory)}.tfvars.json`),
      ]),
    );
    expect(paths.filter((path) => path.includes(".terraform/") || path.endsWith(".tfstate"))).toEqual([]);
    // A platform is the same one when somebody has only written about it, or tested it more.
    expect(paths.filter((path) => path.includes("/tests/") || path.endsWith(".md"))).toEqual([]);
  });

  it("answers exactly the shared variables that a layer declares, and the layer's own", () => {
    const directory = mkdtempSync(join(tmpdir(), "strata-test-"));
    extract({
      file: pack({ layers: { foundation: { vpc_cidr: "10.9.0.0/16" } } }),
      cwd: directory,
      sync: true,
    });
    const variables = JSON.parse(
      readFileSync(join(directory, "variables/foundation.tfvars.json"), "utf8"),
    ) as Record<string, unknown>;
    expect(variables).toMatchObject({
      environment: "prod",
      region: "eu-central-1",
      kubernetes_version: "1.35",
      zone: { create: true },
      vpc_cidr: "10.9.0.0/16",
    });
    expect(variables).not.toHaveProperty("email");
    expect(variables).not.toHaveProperty("control_plane");
    expect(readdirSync(join(directory, "variables"))).toHaveLength(LAYERS.length);
  });
});
