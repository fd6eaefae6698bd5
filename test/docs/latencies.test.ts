import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TYPICAL_BUILD } from "../../lib/twin/codebuild/durations.ts";
import { TYPICAL_INVOCATION } from "../../lib/twin/lambda/runner.ts";
import { DURATIONS } from "../../lib/twin/terraform/providers/aws/durations.ts";
import { vpcEndpoint } from "../../lib/twin/terraform/providers/aws/ec2/endpoints.ts";
import { vpc } from "../../lib/twin/terraform/providers/aws/ec2/vpc.ts";
import { addon } from "../../lib/twin/terraform/providers/aws/eks/addon.ts";
import { cluster } from "../../lib/twin/terraform/providers/aws/eks/cluster.ts";
import { nodeGroup } from "../../lib/twin/terraform/providers/aws/eks/node-group.ts";
import { installLasts, uninstallLasts } from "../../lib/twin/terraform/providers/helm/rollout.ts";
import { codeIn, milliseconds, tableBelow } from "./markdown-tables.ts";

const TWIN = "lib/twin";
const document = readFileSync("docs/latencies.md", "utf8");
const table = (heading: string) => tableBelow(document, heading);

describe.each([
  ["CodeBuild", "phase", TYPICAL_BUILD],
  ["Lambda", "part", TYPICAL_INVOCATION],
] as const)("the table %s", (heading, column, constants) => {
  it("is what the code says, whole", () => {
    const documented = table(heading).map((row) => [codeIn(row[column])[0], milliseconds(row.lasts)]);
    expect(Object.fromEntries(documented)).toEqual(constants);
  });
});

describe("the table AWS resources", () => {
  const documented = table("AWS resources").flatMap((row) =>
    codeIn(row.resource).map((type) => [
      type,
      Object.fromEntries(
        (["create", "update", "delete"] as const).map((phase) => [phase, milliseconds(row[phase]) / 1_000]),
      ),
    ]),
  );

  it("is what the code says, whole", () => {
    expect(Object.fromEntries(documented)).toEqual(DURATIONS);
  });

  it("names no type twice", () => {
    expect(documented).toHaveLength(Object.keys(DURATIONS).length);
  });
});

describe("the table of resources whose values decide", () => {
  const endpoint = { vpc_endpoint_type: "Interface" };
  const group = { scaling_config: [{ desired_size: 1, min_size: 1, max_size: 2 }] };
  const lasts: Readonly<Record<string, number | undefined>> = {
    "creating a VPC with DNS hostnames": vpc.lasts?.("create", { enable_dns_hostnames: true }, null),
    "creating an interface endpoint": vpcEndpoint.lasts?.("create", endpoint, null),
    "changing an interface endpoint": vpcEndpoint.lasts?.("update", endpoint, endpoint),
    "deleting an interface endpoint": vpcEndpoint.lasts?.("delete", endpoint, endpoint),
    "upgrading a cluster's version": cluster.lasts?.("update", { version: "1.35" }, { version: "1.34" }),
    "replacing one node of a group": nodeGroup.lasts?.(
      "update",
      { ...group, version: "1.35" },
      { ...group, version: "1.34" },
    ),
    "scaling or labelling a node group": nodeGroup.lasts?.("update", { ...group, labels: { a: "b" } }, group),
    "creating the add-on coredns": addon.lasts?.("create", { addon_name: "coredns" }, null),
    "creating the add-on aws-ebs-csi-driver": addon.lasts?.(
      "create",
      { addon_name: "aws-ebs-csi-driver" },
      null,
    ),
    "change of a record until all servers answer": constantOf(
      "terraform/providers/aws/route53/record.ts",
      "INSYNC_MILLISECONDS",
    ),
  };

  it("is what the specifications say", () => {
    const rows = table("Where the values of a resource decide");
    const documented = rows.map((row) => [row.what, milliseconds(row.lasts)]);
    expect(Object.fromEntries(documented)).toEqual(lasts);
  });
});

describe("the table of Helm releases", () => {
  const SETTINGS: Readonly<
    Record<string, { readonly [key: string]: string | { readonly enabled: boolean } }>
  > = {
    "redis-ha.enabled": { "redis-ha": { enabled: true } },
    "deploymentMode: SimpleScalable": { deploymentMode: "SimpleScalable" },
  };
  const rows = table("Helm releases with wait");
  const usual = rows.find(({ chart }) => chart === "any other");

  it.each(rows)("says how long $chart lasts", (row) => {
    const [chart = "some-chart", setting] = codeIn(row.chart);
    const values = setting === undefined ? {} : { ...SETTINGS[setting] };
    expect(milliseconds(row.install)).toBe(installLasts(chart, values, true));
    expect(milliseconds(row.uninstall)).toBe(uninstallLasts(chart));
  });

  it("has a row for every recorded chart that lasts longer than the usual", () => {
    const recorded = readdirSync(join(TWIN, "recorded/charts")).flatMap((file) =>
      file.endsWith(".json") ? [file.replace(/\.json$/, "")] : [],
    );
    const named = rows.flatMap(({ chart }) => codeIn(chart)[0] ?? []);
    const unnamed = recorded.filter((chart) => !named.includes(chart));
    expect(recorded.length).toBeGreaterThan(0);
    for (const chart of unnamed)
      expect(installLasts(chart, {}, true), chart).toBe(milliseconds(usual?.install));
  });
});

const UNIT: readonly (readonly [RegExp, number])[] = [
  [/MINUTES$/, 60_000],
  [/(?<!MILLI)SECONDS$/, 1_000],
];

/** A number or a product of numbers, as the source writes it, in milliseconds. */
function inMilliseconds(name: string, expression: string): number {
  const factor = UNIT.find(([pattern]) => pattern.test(name))?.[1] ?? 1;
  return expression
    .replaceAll("_", "")
    .split("*")
    .reduce((product, number) => product * Number(number), factor);
}

function constantOf(file: string, name: string): number {
  const source = readFileSync(join(TWIN, file), "utf8");
  const [, expression] = new RegExp(`\\b${name}(?: =|:) ([\\d_* ]+)[,; }]`).exec(source) ?? [];
  if (expression === undefined) throw new Error(`${file} has no number ${name}`);
  return inMilliseconds(name, expression);
}

describe("the tables that name constants", () => {
  const rows = [
    "Step Functions and EventBridge",
    "Kubernetes and services",
    "People",
    "Limits and lifetimes",
  ].flatMap((heading) => table(heading).filter((row) => row.constant !== undefined));

  it.each(rows)("say what $constant says", (row) => {
    const [file = "", name = ""] = codeIn(row.constant);
    expect(milliseconds(row.lasts)).toBe(constantOf(file, name));
  });

  it("name every constant of the twin that is a time", () => {
    const files = readdirSync(TWIN, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const constants = files.flatMap((file) =>
      [
        ...readFileSync(join(TWIN, file), "utf8").matchAll(
          /^(?:export )?const (\w*(?:SECONDS|MINUTES|_BACKOFF)) = [\d_* ]+;/gm,
        ),
      ].map(([, name]) => `\`${file}\` \`${name}\``),
    );
    expect(constants.length).toBeGreaterThan(30);
    expect(constants.filter((constant) => !rows.some((row) => row.constant === constant))).toEqual([]);
  });
});

it("has every heading and row that a comment of the twin points to", () => {
  const sources = readdirSync(TWIN, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(TWIN, file), "utf8"))
    .join("\n");
  const names = [...sources.matchAll(/docs\/latencies\.md, "([^"]+)"/g)].map(([, name]) => name ?? "");
  expect(names.length).toBeGreaterThan(5);
  const missing = names.filter(
    (name) => !document.includes(`## ${name}\n`) && !document.includes(`| ${name}`),
  );
  expect(missing).toEqual([]);
});
