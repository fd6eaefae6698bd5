import type { RecordedObject } from "./chart.ts";
import { isMap, type Values } from "./values.ts";

/**
 * Definitions without a status subresource: a client may write their status with the object itself.
 * @see the `subresources` of each project's published definitions: Argo CD's Application and AppProject, all of Velero's
 */
const WITHOUT_STATUS = new Set(["applications.argoproj.io", "appprojects.argoproj.io"]);
const hasStatus = (group: string, name: string): boolean =>
  group !== "velero.io" && !WITHOUT_STATUS.has(name);

/** What `kubectl get` understands beside the plural. @see the `shortNames` of the projects' definitions */
const SHORT_NAMES: Readonly<Record<string, string[]>> = {
  "applications.argoproj.io": ["app", "apps"],
  "applicationsets.argoproj.io": ["appset", "appsets"],
  "appprojects.argoproj.io": ["appproj", "appprojs"],
  "backups.velero.io": ["bak"],
  "backupstoragelocations.velero.io": ["bsl"],
  "certificaterequests.cert-manager.io": ["cr", "crs"],
  "certificates.cert-manager.io": ["cert", "certs"],
  "clusterissuers.cert-manager.io": ["ciss"],
  "clustersecretstores.external-secrets.io": ["css"],
  "externalsecrets.external-secrets.io": ["es"],
  "issuers.cert-manager.io": ["iss"],
  "restores.velero.io": ["rst"],
  "schedules.velero.io": ["sched"],
  "secretstores.external-secrets.io": ["ss"],
};

/** Names, scope and versions are recorded, schemas are not: any spec and status goes. */
export function definitionSpec(recorded: RecordedObject): Values {
  const group = String(recorded.group ?? "");
  const kind = String(recorded.kindDefined ?? "");
  const shortNames = SHORT_NAMES[recorded.name];
  const versions = Array.isArray(recorded.versions) ? recorded.versions.filter(isMap) : [];
  return {
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural: recorded.plural ?? "",
        singular: kind.toLowerCase(),
        ...(shortNames ? { shortNames } : {}),
      },
      scope: recorded.scope ?? "Namespaced",
      versions: versions.map((version) => ({
        name: version.name ?? "",
        served: version.served ?? true,
        storage: version.storage ?? false,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        ...(hasStatus(group, recorded.name) ? { subresources: { status: {} } } : {}),
      })),
    },
  };
}
