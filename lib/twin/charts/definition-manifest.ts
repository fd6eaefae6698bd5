import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { RecordedObject } from "./chart.ts";
import { isMap, type Values } from "./values.ts";

/**
 * Definitions without a status subresource: a client may write their status with the object itself.
 * @see the `subresources` of each project's published definitions: Argo CD's Application and AppProject, all of Velero's
 */
const WITHOUT_STATUS = new Set(["applications.argoproj.io", "appprojects.argoproj.io"]);
const hasStatus = (group: string, name: string): boolean =>
  group !== "velero.io" && !WITHOUT_STATUS.has(name);

interface Shown {
  readonly names: {
    readonly singular?: string;
    readonly shortNames?: string[];
    readonly categories?: string[];
  };
  readonly columns: Readonly<Record<string, Values[]>>;
}

const FILE = fileURLToPath(new URL("../recorded/definitions/definitions.json", import.meta.url));

let recordedNames: Readonly<Record<string, Shown>> | undefined;

/** Names beside the plural, and columns, of the definitions whose projects were asked. */
function shownAs(name: string): Shown {
  recordedNames ??= JSON.parse(readFileSync(FILE, "utf8")) as Record<string, Shown>;
  return recordedNames[name] ?? { names: {}, columns: {} };
}

/** Names, scope, versions and columns are recorded, schemas are not: any spec and status goes. */
export function definitionSpec(recorded: RecordedObject): Values {
  const group = String(recorded.group ?? "");
  const kind = String(recorded.kindDefined ?? "");
  const { names, columns } = shownAs(recorded.name);
  const versions = Array.isArray(recorded.versions) ? recorded.versions.filter(isMap) : [];
  return {
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural: recorded.plural ?? "",
        singular: kind.toLowerCase(),
        ...names,
      },
      scope: recorded.scope ?? "Namespaced",
      versions: versions.map((version) => ({
        name: version.name ?? "",
        served: version.served ?? true,
        storage: version.storage ?? false,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        ...(hasStatus(group, recorded.name) ? { subresources: { status: {} } } : {}),
        ...(columns[String(version.name)]
          ? { additionalPrinterColumns: columns[String(version.name)] ?? [] }
          : {}),
      })),
    },
  };
}
