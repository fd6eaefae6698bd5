import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { devNull } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { layerName } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import * as resources from "../../lib/clients/kubernetes/resources.ts";
import * as rules from "./rules.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TERRAFORM = join(ROOT, "terraform");

function folders(): rules.Folder[] {
  const paths = readdirSync(TERRAFORM, { recursive: true, encoding: "utf8" })
    .filter((path) => !path.includes(".terraform") && statSync(join(TERRAFORM, path)).isFile())
    .map((path) => join(TERRAFORM, path));
  const directories = new Set(paths.filter((path) => path.endsWith(".tf")).map(dirname));
  return [...directories].sort().map((directory) => ({
    directory: relative(TERRAFORM, directory),
    files: new Map(
      paths
        .filter((path) => dirname(path) === directory)
        .map((path) => [relative(directory, path), readFileSync(path, "utf8")]),
    ),
  }));
}

/** Where an expectation names an object that the layer's own HCL makes, by kind of gate. */
const FIELDS: Readonly<Record<string, string>> = {
  argocd: "application",
  certificate: "certificate",
  eks: "addons",
  issuers: "names",
  "secret-store": "store",
};

const FOLDERS = folders();
const folder = (directory: string): rules.Folder => FOLDERS.find((each) => each.directory === directory)!;

/** The folder with one text replaced in one file; an empty file is a missing one. */
function mutate(directory: string, file: string, from: string | RegExp, to: string): rules.Folder {
  const { files } = folder(directory);
  const before = files.get(file) ?? "";
  const after = before.replace(from, to);
  expect(after, `${directory}/${file} holds what is mutated`).not.toBe(before);
  const mutated = new Map(files).set(file, after);
  if (after === "") mutated.delete(file);
  return { directory, files: mutated };
}

type Mutation = readonly [directory: string, file: string, from: string | RegExp, to: string];

/** Every rule with changes that break it. */
const RULES: readonly (readonly [sentence: string, rule: rules.Rule, mutations: readonly Mutation[]])[] = [
  [
    "has the standard files",
    rules.hasStandardFiles,
    [
      ["app", "outputs.tf", /[\s\S]*/, ""],
      ["modules/irsa-role", "versions.tf", /[\s\S]*/, ""],
    ],
  ],
  [
    "types and describes every variable",
    rules.describesVariables,
    [
      ["foundation", "variables.tf", /\n {2}type {8}= string/, ""],
      ["app", "variables.tf", /\n {2}description = .*/, ""],
    ],
  ],
  ["uses every variable", rules.usesVariables, [["app", "charts.tf", "var.chart_version", '"0.10.6"']]],
  [
    "says of every output who reads it",
    rules.namesReadersOfOutputs,
    [["foundation", "outputs.tf", "read by every later layer to get a token", "used"]],
  ],
  [
    "takes modules from this repository only",
    rules.takesModulesFromHere,
    [
      ["foundation", "service-account-roles.tf", "../modules/irsa-role", "terraform-aws-modules/iam/aws"],
      ["resilience", "role.tf", "../modules/irsa-role", "git::https://example.com/role.git"],
    ],
  ],
  [
    "pins terraform and the providers",
    rules.pinsVersions,
    [
      ["foundation", "versions.tf", '"6.66.0"', '"~> 6.0"'],
      ["app", "versions.tf", "hashicorp/random", "example/random"],
      ["app", "versions.tf", ">= 1.11.0, < 2.0.0", ">= 1.5.0"],
    ],
  ],
  [
    "leaves credentials to the environment",
    rules.takesAmbientCredentials,
    [
      ["foundation", "providers.tf", "region = var.region", 'region = var.region\n  profile = "prod"'],
      ["app", "versions.tf", "encrypt ", 'role_arn = "arn"\n    encrypt '],
    ],
  ],
  [
    "keeps a locked and encrypted state",
    rules.locksAndEncryptsState,
    [
      ["foundation", "versions.tf", "use_lockfile = true", "use_lockfile = false"],
      ["app", "versions.tf", /\n {4}encrypt .*/, ""],
    ],
  ],
  [
    "bounds every role",
    rules.boundsEveryRole,
    [
      ["foundation", "cluster.tf", /\n {2}permissions_boundary = .*/, ""],
      ["modules/irsa-role", "main.tf", /\n {2}permissions_boundary = .*/, ""],
    ],
  ],
  [
    "validates every variable that could be wrong",
    rules.validatesVariables,
    [["app", "variables.tf", /\n {2}validation \{[\s\S]*?\n {2}\}/, ""]],
  ],
  [
    "is bound to no account and no region",
    rules.hardCodesNoPlace,
    [
      [
        "foundation",
        "service-account-roles.tf",
        /\$\{var\.region\}:\$\{local\.account_id\}/,
        "eu-west-1:111122223333",
      ],
      ["resilience", "bucket.tf", /\$\{local\.account_id\}/, "111122223333"],
    ],
  ],
  [
    "gives charts only what they read",
    rules.givesChartsWhatTheyRead,
    [
      ["platform/step02", "edge.tf", "replicaCount = var.ingress_replicas", "replicas = 2"],
      ["platform/step02", "releases.tf", "installCRDs = true", "crds = { enabled = true }"],
      ["platform/step02", "releases.tf", "autoDiscovery = { clusterName", "autoDiscovery = { cluster"],
      ["observability", "metrics.tf", "storageSpec = {", "storage = {"],
      ["observability", "charts.tf", '"18.11.0"', '"6.0.0"'],
      ["resilience", "velero.tf", "deployNodeAgent = true", "deployRestic = true"],
    ],
  ],
  [
    "keeps one table of charts, and says at plan what is out of support or untested",
    rules.keepsOneTableOfCharts,
    [
      ["resilience", "velero.tf", 'local.charts["velero"].version', '"12.1.0"'],
      ["observability", "logs.tf", 'local.charts["loki"].repository', 'local.charts["alloy"].repository'],
      ["security", "charts.tf", /\n +successor .*/, ""],
      ["finops", "charts.tf", 'check "charts_are_supported"', 'check "charts"'],
    ],
  ],
  [
    "is read at one go: no file over 300 lines",
    rules.staysShort,
    [["foundation", "variables.tf", /$/, "\n".repeat(300)]],
  ],
  [
    "asks what is wanted, not whether to make it",
    rules.hasNoCreateFlags,
    [
      ["modules/irsa-role", "variables.tf", 'variable "policy"', 'variable "create_policy"'],
      ["foundation", "variables.tf", 'variable "nat_per_zone"', 'variable "enable_nat"'],
    ],
  ],
  [
    "waits for releases and keeps failed ones as evidence",
    rules.waitsForReleases,
    [["resilience", "velero.tf", "atomic  = false", "atomic  = true"]],
  ],
  [
    "can be planned as soon as the layers below are applied",
    rules.plansOnAFreshAccount,
    [
      ["foundation", "providers.tf", 'provider "aws"', 'provider "kubernetes" {}\n\nprovider "aws"'],
      ["platform/step02", "main.tf", "kubernetes_storage_class_v1", "kubernetes_manifest"],
    ],
  ],
];

describe.each(FOLDERS.map((each) => [each.directory, each] as const))("terraform/%s", (_, each) => {
  it.each(RULES)("%s", (_sentence, rule) => {
    expect(rule(each)).toEqual([]);
  });
});

describe("a mutated layer", () => {
  it.each(
    RULES.flatMap(([sentence, rule, mutations]) =>
      mutations.map((mutation) => [sentence, mutation, rule] as const),
    ),
  )("fails when it no longer %s: %s", (_sentence, mutation, rule) => {
    expect(rule(mutate(...mutation)).length).toBeGreaterThan(0);
  });
});

describe("the layers together", () => {
  const layerDirectories = FOLDERS.filter((each) => !rules.isModule(each)).map((each) => each.directory);

  it("are those of the catalogue", () => {
    expect(layerDirectories).toEqual(LAYERS.map((layer) => layer.directory).sort());
  });

  it("read what an output of another one says that they read", () => {
    const unread = LAYERS.flatMap((layer) =>
      rules.outputsOf(folder(layer.directory)).flatMap(([name, description]) => {
        const reads = new RegExp(`\\.${name}\\b`);
        const said = description.slice(description.indexOf("read by"));
        return LAYERS.filter(
          (reader) =>
            reader !== layer &&
            (new RegExp(`\\b${layerName(reader.directory)}\\b`).test(said) ||
              (said.includes("every later layer") && reader.kubernetes)),
        )
          .filter((reader) => ![...folder(reader.directory).files.values()].some((text) => reads.test(text)))
          .map((reader) => `${layerName(reader.directory)} does not read ${name}`);
      }),
    );
    expect(unread).toEqual([]);
  });

  it("leave no output unread that is said to be for other layers", () => {
    const unread = LAYERS.flatMap((layer) =>
      rules
        .outputsOf(folder(layer.directory))
        .filter(([, description]) => /read by [^;]*\blayers\b/.test(description))
        .filter(([name]) =>
          LAYERS.every(
            (reader) =>
              reader === layer ||
              ![...folder(reader.directory).files.values()].some((text) => text.includes(`.${name}`)),
          ),
        )
        .map(([name]) => `${layerName(layer.directory)}: ${name}`),
    );
    expect(unread).toEqual([]);
  });

  it("let planners try exactly the kinds that plans try", () => {
    const tried = new Set(FOLDERS.flatMap(rules.triedKinds).map((kind) => `${kind.toLowerCase()}s`));
    expect([...tried].sort()).toEqual(rules.accessList(folder("platform/step02"), "planners_try").sort());
  });

  it("let validators read whatever the gates ask the cluster for", () => {
    const asked = Object.values(resources)
      .filter((each) => typeof each === "object")
      .map(({ group, resource }) => `${group}/${resource}`)
      // Never all of them: each layer grants its own, by name.
      .filter((resource) => resource !== "/secrets");
    expect(asked.length).toBeGreaterThan(10);
    expect(rules.accessList(folder("platform/step02"), "validators_read")).toEqual(
      expect.arrayContaining(asked),
    );
  });

  it("let validators read the Secrets that gates look into, by name", () => {
    const wanted = LAYERS.flatMap(({ gates }) =>
      gates.flatMap((gate) => [gate.secrets ?? [], gate.canary ?? []].flat() as { name: string }[]),
    );
    expect(wanted.length).toBeGreaterThan(1);
    const granted = FOLDERS.flatMap(({ files }) => [...files.values()]).join("\n");
    for (const { name } of wanted) expect(granted).toMatch(new RegExp(`secret_names = \\[[^\\]]*"${name}"`));
  });

  it.each(FOLDERS.filter(rules.isModule).map(({ directory }) => directory))(
    "share %s, or it would stand in its only caller",
    (directory) => {
      const callers = FOLDERS.filter((each) => rules.calledModules(each).includes(directory));
      expect(callers.map((each) => each.directory).length).toBeGreaterThan(1);
    },
  );

  it("hold no file that is too long to be read at one go, tests and dashboards included", () => {
    const everything = new Map(
      readdirSync(TERRAFORM, { recursive: true, encoding: "utf8" })
        .filter((path) => !path.includes(".terraform") && statSync(join(TERRAFORM, path)).isFile())
        .map((path) => [path, readFileSync(join(TERRAFORM, path), "utf8")]),
    );
    expect(everything.size).toBeGreaterThan(100);
    expect(rules.staysShort({ directory: "terraform", files: everything })).toEqual([]);
  });

  it("are formatted", () => {
    const env = { ...process.env, CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: devNull };
    expect(() =>
      execFileSync("terraform", ["fmt", "-check", "-recursive", TERRAFORM], { env }),
    ).not.toThrow();
  });
});

describe("what the gates of the catalogue name", () => {
  const strings = (value: unknown): string[] => [value].flat().map(String);
  const wanted = LAYERS.flatMap((layer) =>
    layer.gates.flatMap((gate) => {
      const field = FIELDS[gate.kind];
      return field ? strings(gate[field]).map((named) => [layer.directory, named] as const) : [];
    }),
  );

  it.each(wanted)("is made by %s: %s", (directory, name) => {
    const text = [...folder(directory).files.values()].join("\n");
    expect(text).toContain(`"${name}"`);
  });
});
