import { add, amountText, resourcesFor, type Usage, usageOf } from "../../api/admission/quota-usage.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { Change, Controller } from "../engine/controller.ts";
import { mapAt } from "../engine/fields.ts";

/** The kinds whose objects quotas of this platform count; others are counted when the quota itself changes. */
const KINDS: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  pods: ["v1", "Pod"],
  services: ["v1", "Service"],
  persistentvolumeclaims: ["v1", "PersistentVolumeClaim"],
  configmaps: ["v1", "ConfigMap"],
  secrets: ["v1", "Secret"],
  resourcequotas: ["v1", "ResourceQuota"],
  "deployments.apps": ["apps/v1", "Deployment"],
  "statefulsets.apps": ["apps/v1", "StatefulSet"],
  "jobs.batch": ["batch/v1", "Job"],
  "cronjobs.batch": ["batch/v1", "CronJob"],
};

const quotasOf = (change: Change, client: ClusterClient) =>
  client.list("v1", "ResourceQuota", change.namespace ?? undefined).map((quota) => client.referenceOf(quota));

/** Writes into quotas how much of them is used; who is refused for them is admission's to say. */
export const quotas: Controller = {
  name: "quotas",
  watches: {
    ResourceQuota: "self",
    Pod: quotasOf,
    Service: quotasOf,
    PersistentVolumeClaim: quotasOf,
  },
  reconcile(quota, { client }) {
    const hard = mapAt(quota, "spec", "hard");
    const names = Object.keys(hard);
    let usage: Usage = {};
    for (const resource of resourcesFor(names)) {
      const [apiVersion, kind] = KINDS[resource] ?? [];
      if (apiVersion === undefined || kind === undefined) continue;
      for (const object of client.list(apiVersion, kind, quota.metadata.namespace))
        usage = add(usage, usageOf(resource, object));
    }
    const used = Object.fromEntries(names.map((name) => [name, amountText(name, usage[name] ?? 0)]));
    const live = mapAt(quota, "status");
    const same =
      JSON.stringify(live.hard) === JSON.stringify(hard) &&
      JSON.stringify(live.used) === JSON.stringify(used);
    if (!same) client.patch(quota, { status: { hard, used } }, "status");
  },
};
