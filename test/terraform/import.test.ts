import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AWS_COLLECTIONS } from "../../lib/twin/aws/collections.ts";
import type { Aws } from "../../lib/twin/aws/contract.ts";
import type { Kubernetes } from "../../lib/twin/kubernetes/contract.ts";
import { attachProviders } from "../../lib/twin/terraform/attach.ts";
import type { AttachedProviders } from "../../lib/twin/terraform/contract.ts";
import type { Json } from "../../lib/twin/world/world.ts";
import { codeIn, tableBelow } from "../docs/markdown-tables.ts";
import { ACCOUNT, emptyWorld, ROOT } from "../twin/terraform/workshop.ts";
import { CONTROL_PLANE, VARIABLES } from "./environment.ts";
import { LayersOnDisk } from "./planned-layer.ts";
import { type PlacedResource, resourcesOf } from "./planned-rules/platform.ts";

const REGION = "eu-central-1";
const LAYER = "foundation";

/** The control plane's own network is not in this world, so nothing is peered with it. */
const HAND_MADE = { ...VARIABLES[LAYER], endpoint_mode: "public-restricted" };

/** Import ids by type, as the document tells people to write them. */
const IDS: ReadonlyMap<string, string> = new Map(
  tableBelow(readFileSync("docs/adopting.md", "utf8"), "What an import is told").flatMap((row) =>
    codeIn(row.resource).map((type) => [type, codeIn(row["import id"])[0] ?? ""] as const),
  ),
);

const importId = ({ type, values }: PlacedResource): string =>
  (IDS.get(type) ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));

const importBlock = (resource: PlacedResource): string =>
  `import {\n  to = ${resource.address}\n  id = ${JSON.stringify(importId(resource))}\n}\n`;

const world = emptyWorld();
let providers: AttachedProviders;
let layers: LayersOnDisk;
let made: PlacedResource[];

/** Nobody is refused anything here; who may what is tested elsewhere. */
const aws: Aws = {
  accountId: ACCOUNT,
  region: REGION,
  call: () => Promise.reject(new Error("there is no API in this world")),
  authorize: () => undefined,
  credentials: () => ({ accessKeyId: "", secretAccessKey: "", sessionToken: "" }),
  whoIs: () => undefined,
};

beforeAll(async () => {
  const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  world
    .collection<Json>(AWS_COLLECTIONS.managedPolicies)
    .set(CONTROL_PLANE.permissions_boundary_arn, everything);
  providers = await attachProviders({
    world,
    aws,
    kubernetes: {} as Kubernetes,
    principal: ROOT,
    region: REGION,
  });
  layers = new LayersOnDisk(providers);
  expect(await layers.apply(LAYER, HAND_MADE)).toContain("Apply complete");
  made = resourcesOf(layers.state(LAYER), LAYER);
});
afterAll(async () => {
  await providers.close();
  layers.remove();
});

describe("a foundation that exists and is in no state", () => {
  it("is documented: every type has its import id", () => {
    expect(made.length).toBeGreaterThan(50);
    expect([...new Set(made.map(({ type }) => type))].filter((type) => !IDS.has(type))).toEqual([]);
  });

  it("cannot be made a second time beside the first", async () => {
    layers.forget(LAYER);
    expect(await layers.apply(LAYER, HAND_MADE)).toMatch(/already exists|AlreadyExists/);
  });

  it("is imported whole, and nothing of it is made, replaced or destroyed", async () => {
    layers.forget(LAYER);
    layers.write(LAYER, "imports.tf", made.map(importBlock).join("\n"));
    const said = await layers.apply(LAYER, HAND_MADE);
    expect(said).toMatch(
      new RegExp(`Apply complete! Resources: ${made.length} imported, 0 added, \\d+ changed, 0 destroyed`),
    );
  });

  it("is the same as before, and a plan without the import blocks finds nothing to change", async () => {
    layers.write(LAYER, "imports.tf", "");
    const { code, output } = await layers.replan(LAYER, HAND_MADE);
    expect(code, output).toBe(0);
    const now = resourcesOf(layers.state(LAYER), LAYER);
    const ids = (resources: readonly PlacedResource[]): string[] =>
      resources.map(({ address, values }) => `${address} ${values.id}`).sort();
    expect(ids(now)).toEqual(ids(made));
  });
});
