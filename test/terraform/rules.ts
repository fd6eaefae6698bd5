import { findChart } from "../../lib/twin/charts/find-chart.ts";
import { judgeValues } from "../../lib/twin/charts/judge-values.ts";
import type { Values } from "../../lib/twin/charts/values.ts";
import { type Block, type Expression, isKind, parseHcl, toPlain } from "./hcl.ts";

/** One layer or module: its directory under terraform/ and its files by name. */
export interface Folder {
  readonly directory: string;
  readonly files: ReadonlyMap<string, string>;
}

/** What is wrong with a folder, one sentence each. */
export type Rule = (folder: Folder) => string[];

const LAYER_FILES = ["main.tf", "outputs.tf", "providers.tf", "variables.tf", "versions.tf"];
const MODULE_FILES = ["main.tf", "outputs.tf", "variables.tf", "versions.tf"];
const PROVIDER_VERSIONS: Readonly<Record<string, string>> = {
  aws: "6.66.0",
  helm: "3.1.2",
  kubernetes: "3.2.1",
  random: "3.9.0",
};

export const isModule = ({ directory }: Folder): boolean => directory.startsWith("modules/");

export const blocksOf = (folder: Folder): Block[] =>
  [...folder.files]
    .filter(([name]) => name.endsWith(".tf"))
    .flatMap(([, text]) => [...parseHcl(text).blocks]);

const named = (folder: Folder, type: string): Block[] =>
  blocksOf(folder).filter((block) => block.type === type);
const resources = (folder: Folder, type: string): Block[] =>
  named(folder, "resource").filter((block) => block.labels[0] === type);
const nested = (block: Block, type: string): Block[] => block.blocks.filter((inner) => inner.type === type);
const everyBlock = (blocks: readonly Block[]): Block[] =>
  blocks.flatMap((block) => [block, ...everyBlock(block.blocks)]);
const name = (block: Block): string => [block.type, ...block.labels].join(" ");

/** The entries of an object that is written out, else none. */
const entriesOf = (expression: Expression | undefined): [string, Expression][] =>
  isKind(expression, "object") ? [...expression.entries] : [];

export const hasStandardFiles: Rule = (folder) =>
  (isModule(folder) ? MODULE_FILES : LAYER_FILES)
    .filter((file) => !folder.files.has(file))
    .map((file) => `${folder.directory} has no ${file}`);

export const describesVariables: Rule = (folder) =>
  named(folder, "variable").flatMap((block) =>
    ["type", "description"]
      .filter((attribute) => !block.attributes.has(attribute))
      .map((attribute) => `${name(block)} has no ${attribute}`),
  );

/** Variables whose every value is taken as it is, each with the reason. */
const TAKEN_AS_IT_IS: Readonly<Record<string, string>> = {
  control_plane: "made by the control plane; the foundation, which everything stands on, looks into it",
  storage_class: "which classes there are is known by the cluster alone",
  upstream: "made by the control plane; a wrong one reads no state",
};

/** What the type leaves open: anything but bools, alone or in an object. */
const leavesOpen = (type: Expression | undefined): boolean => {
  if (isKind(type, "call")) return type.args.some(leavesOpen);
  if (isKind(type, "object")) return [...type.entries.values()].some(leavesOpen);
  return !(isKind(type, "computed") && type.text === "bool");
};

/** A module's values come from layers, whose own variables are looked at there. */
export const validatesVariables: Rule = (folder) =>
  named(folder, "variable")
    .filter((block) => !isModule(folder) && !((block.labels[0] ?? "") in TAKEN_AS_IT_IS))
    .filter((block) => leavesOpen(block.attributes.get("type")) && nested(block, "validation").length === 0)
    .map((block) => `${name(block)} takes anything`);

/** Account ids and regions, outside of what is written for people; AWS's global services count in one region for all. */
export const hardCodesNoPlace: Rule = (folder) =>
  [...folder.files].flatMap(([file, content]) =>
    content
      .split("\n")
      .filter((line) => !/^\s*(#|description|error_message|global_region)/.test(line))
      .flatMap((line) => line.match(/\b\d{12}\b|\b(af|ap|ca|eu|il|me|sa|us)-[a-z]+-\d\b/g) ?? [])
      .filter(() => file.endsWith(".tf"))
      .map((place) => `${folder.directory}/${file} is bound to ${place}`),
  );

export const usesVariables: Rule = (folder) => {
  const text = [...folder.files]
    .filter(([file]) => file !== "variables.tf" && file !== "README.md")
    .map(([, content]) => content)
    .join("\n");
  return named(folder, "variable")
    .filter((block) => !new RegExp(`\\bvar\\.${block.labels[0]}\\b`).test(text))
    .map((block) => `${name(block)} is used nowhere`);
};

export const namesReadersOfOutputs: Rule = (folder) =>
  named(folder, "output")
    .filter((block) => !String(block.attributes.get("description") ?? "").includes("read by"))
    .map((block) => `${name(block)} does not say who reads it`);

export const takesModulesFromHere: Rule = (folder) =>
  named(folder, "module")
    .filter((block) => !/^\.\.?\//.test(String(block.attributes.get("source"))))
    .map((block) => `${name(block)} comes from ${String(block.attributes.get("source"))}`);

export const pinsVersions: Rule = (folder) =>
  named(folder, "terraform").flatMap((terraform) => [
    ...(terraform.attributes.get("required_version") === ">= 1.11.0, < 2.0.0"
      ? []
      : [`${folder.directory} takes other versions of terraform`]),
    ...nested(terraform, "required_providers")
      .flatMap((block) => [...block.attributes])
      .filter(([provider, wanted]) => {
        const { source, version } = toPlain(wanted) as { source?: string; version?: string };
        return source !== `hashicorp/${provider}` || version !== PROVIDER_VERSIONS[provider];
      })
      .map(([provider]) => `${folder.directory} does not pin ${provider}`),
  ]);

/** A role or a profile in a backend or a provider would be frozen into every saved plan. */
export const takesAmbientCredentials: Rule = (folder) => {
  const refused = ["access_key", "assume_role", "profile", "role_arn", "secret_key", "token"];
  const blocks = [
    ...named(folder, "provider"),
    ...named(folder, "terraform").flatMap((terraform) => nested(terraform, "backend")),
  ];
  return everyBlock(blocks).flatMap((block) =>
    refused
      .filter((key) => block.attributes.has(key) || block.type === key)
      .map((key) => `${folder.directory}: ${name(block)} holds ${key}`),
  );
};

export const locksAndEncryptsState: Rule = (folder) => {
  if (isModule(folder)) return [];
  const backends = named(folder, "terraform").flatMap((terraform) => nested(terraform, "backend"));
  const good = backends.filter(
    ({ labels, attributes }) =>
      labels[0] === "s3" &&
      attributes.size === 2 &&
      attributes.get("use_lockfile") === true &&
      attributes.get("encrypt") === true,
  );
  return good.length === 1 && backends.length === 1
    ? []
    : [`${folder.directory} does not keep a locked, encrypted state in S3`];
};

export const boundsEveryRole: Rule = (folder) =>
  resources(folder, "aws_iam_role")
    .filter((block) => !block.attributes.has("permissions_boundary"))
    .map((block) => `${name(block)} has no permissions boundary`);

const valuesOf = (release: Block): Values[] => {
  const values = release.attributes.get("values");
  return (Array.isArray(values) ? values : [])
    .filter((item) => isKind(item, "call"))
    .map((call) => toPlain(call.args[0]) as Values);
};

interface ChartRow {
  readonly repository?: string;
  readonly version?: string;
}

/** The layer's table of charts, by name. */
export const chartTable = (folder: Folder): ReadonlyMap<string, ChartRow> =>
  new Map(
    named(folder, "locals")
      .flatMap((block) => entriesOf(block.attributes.get("charts")))
      .map(([chart, row]) => [chart, toPlain(row) as ChartRow]),
  );

/** What a release's attribute takes from the table: `local.charts["loki"].version`. */
function fromTable(folder: Folder, release: Block, field: keyof ChartRow): string | undefined {
  const taken = release.attributes.get(field);
  const chart = String(release.attributes.get("chart"));
  const path = isKind(taken, "computed") ? taken.text.replaceAll(" ", "") : "";
  return path === `local.charts[${chart}].${field}` ? chartTable(folder).get(chart)?.[field] : undefined;
}

const COLUMNS = ["kubernetes_until", "repository", "successor", "supported_until", "version"];

/** One table a layer, whole, and every release installs what stands there. */
export const keepsOneTableOfCharts: Rule = (folder) => [
  ...resources(folder, "helm_release").flatMap((release) =>
    (["repository", "version"] as const)
      .filter((field) => fromTable(folder, release, field) === undefined)
      .map((field) => `${name(release)} does not take its ${field} from the table`),
  ),
  ...[...chartTable(folder)]
    .filter(([, row]) => Object.keys(row).sort().join() !== COLUMNS.join())
    .map(([chart]) => `the row of ${chart} is not whole`),
  ...(chartTable(folder).size === 0
    ? []
    : ["charts_are_supported", "charts_are_tested_with_kubernetes"]
        .filter((check) => !named(folder, "check").some(({ labels }) => labels[0] === check))
        .map((check) => `${folder.directory} has no check ${check}`)),
];

/** Charts whose inventory could not be recorded, each with the reason. */
const NOT_RECORDED: Readonly<Record<string, string>> = {
  "pixie-operator-chart": "its source has no chart metadata to render by",
};

/** Releases that nothing may wait for, each with the reason. */
const NEVER_WAITED_FOR: Readonly<Record<string, string>> = {
  pixie: "a choice, whose cloud may be down while the platform is well",
};

/** Chart, repository and version are recorded ones, and the chart reads every value that it is given. */
export const givesChartsWhatTheyRead: Rule = (folder) =>
  resources(folder, "helm_release")
    .filter(({ attributes }) => !(String(attributes.get("chart")) in NOT_RECORDED))
    .flatMap((release) => {
      const version = fromTable(folder, release, "version");
      if (!version) return [`${name(release)} has no version`];
      try {
        const chart = findChart({
          chart: String(release.attributes.get("chart")),
          repository: fromTable(folder, release, "repository"),
          version,
        });
        return valuesOf(release).flatMap((values) => judgeValues(chart, values));
      } catch (error) {
        return [`${name(release)}: ${String(error)}`];
      }
    });

const LONGEST_LINES = 300;

export const staysShort: Rule = (folder) =>
  [...folder.files]
    .filter(([, content]) => content.split("\n").length - 1 > LONGEST_LINES)
    .map(([file]) => `${folder.directory}/${file} is longer than ${LONGEST_LINES} lines`);

/** A module with such flags makes nothing, or half, by a variable that its caller passes on from another. */
export const hasNoCreateFlags: Rule = (folder) =>
  named(folder, "variable")
    .filter(({ labels }) => /^(create|enable)_/.test(labels[0] ?? ""))
    .map((block) => `${name(block)} says whether, not what`);

/** The directories of modules that a folder calls. */
export const calledModules = (folder: Folder): string[] =>
  named(folder, "module").map((block) => String(block.attributes.get("source")).replace(/^(\.\.\/)+/, ""));

/** A rolled back release has destroyed the evidence of why it failed. */
export const waitsForReleases: Rule = (folder) =>
  resources(folder, "helm_release")
    .filter(({ labels }) => !((labels[1] ?? "") in NEVER_WAITED_FOR))
    .filter(({ attributes }) => attributes.get("wait") !== true || attributes.get("atomic") !== false)
    .map((release) => `${name(release)} does not wait, or rolls back`);

/** Neither can be planned before what they need is applied: the cluster, or the planners' own role. */
export const plansOnAFreshAccount: Rule = (folder) => {
  const providers = named(folder, "provider").map((block) => block.labels[0]);
  if (folder.directory === "foundation")
    return providers
      .filter((provider) => provider === "kubernetes" || provider === "helm")
      .map((provider) => `foundation configures ${provider}`);
  if (folder.directory === "platform/step02")
    return resources(folder, "kubernetes_manifest").map((block) => `${name(block)} is planned by a dry run`);
  return [];
};

/** Outputs by name, each with what it says of itself. */
export const outputsOf = (folder: Folder): (readonly [name: string, description: string])[] =>
  named(folder, "output").map((block) => [
    block.labels[0] ?? "",
    String(block.attributes.get("description") ?? ""),
  ]);

/** Kinds of custom resources that a layer's plan tries out, as `<group>/<kind>`. */
export const triedKinds = (folder: Folder): string[] =>
  resources(folder, "kubernetes_manifest").map((block) => {
    const manifest = toPlain(block.attributes.get("manifest")) as { apiVersion: string; kind: string };
    return `${manifest.apiVersion.split("/")[0]}/${manifest.kind}`;
  });

/** Rules of an access list in platform-step02's locals, as `<group>/<plural>`. */
export const accessList = (step02: Folder, list: "planners_try" | "validators_read"): string[] =>
  named(step02, "locals")
    .flatMap((block) => entriesOf(block.attributes.get(list)))
    .flatMap(([group, plurals]) => (toPlain(plurals) as string[]).map((plural) => `${group}/${plural}`));
