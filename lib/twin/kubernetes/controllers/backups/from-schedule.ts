import type { ApiObject } from "../../api/api-object.ts";
import type { KubernetesTwin } from "../../api/kubernetes-twin.ts";
import { SYSTEM_MASTERS } from "../../contract.ts";
import { mapAt, textAt } from "../engine/fields.ts";

const PATH = "/apis/velero.io/v1/namespaces/velero";

/** Backups of a schedule that have ended well, newest last. */
export function completedBackups(kubernetes: KubernetesTwin, cluster: string, schedule: string): ApiObject[] {
  const path = `${PATH}/backups?labelSelector=velero.io/schedule-name=${schedule}`;
  const { body } = kubernetes.cluster(cluster).handle({ user: SYSTEM_MASTERS, method: "GET", path });
  const { items = [] } = body as unknown as { items?: ApiObject[] };
  const startOf = (backup: ApiObject): string => textAt(backup, "status", "startTimestamp");
  return items
    .filter((backup) => textAt(backup, "status", "phase") === "Completed")
    .sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
}

/** What a person does with `velero backup create --from-schedule`. False: there is no such schedule. */
export function backUpNow(
  kubernetes: KubernetesTwin,
  cluster: string,
  schedule: string,
  now: number,
): boolean {
  const server = kubernetes.cluster(cluster);
  const found = server.handle({ user: SYSTEM_MASTERS, method: "GET", path: `${PATH}/schedules/${schedule}` });
  if (found.status !== 200) return false;
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:T]/g, "");
  const made = server.handle({
    user: SYSTEM_MASTERS,
    method: "POST",
    path: `${PATH}/backups`,
    body: {
      apiVersion: "velero.io/v1",
      kind: "Backup",
      metadata: {
        name: `${schedule}-${stamp}`,
        namespace: "velero",
        labels: { "velero.io/schedule-name": schedule },
      },
      spec: mapAt(found.body, "spec", "template"),
    },
  });
  return made.status < 300;
}
