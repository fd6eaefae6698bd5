import type { Json } from "../world/world.ts";
import type { RecordedObject } from "./chart.ts";
import { isMap, type Values } from "./values.ts";

const maps = (value: Json | undefined): Values[] => (Array.isArray(value) ? value.filter(isMap) : []);

const given = (source: Values, ...names: string[]): Values =>
  Object.fromEntries(names.flatMap((name) => (source[name] === undefined ? [] : [[name, source[name]]])));

/** Spec of a Deployment, StatefulSet, DaemonSet or Job: a pod template and what the kind adds. */
export function workloadSpec(recorded: RecordedObject): Values {
  const selector = isMap(recorded.selector) ? recorded.selector : undefined;
  const podLabels = { ...(isMap(recorded.podLabels) ? recorded.podLabels : {}), ...selector };
  return {
    ...given(recorded, "replicas", "serviceName", "podManagementPolicy"),
    ...(selector ? { selector: { matchLabels: selector } } : {}),
    template: { metadata: { labels: podLabels }, spec: podSpec(recorded) },
    ...claimTemplates(recorded),
  };
}

function podSpec(recorded: RecordedObject): Values {
  const init = maps(recorded.initContainers);
  return {
    ...given(recorded, "serviceAccountName", "hostNetwork", "hostPID", "priorityClassName"),
    ...(init.length > 0 ? { initContainers: init.map(container) } : {}),
    containers: maps(recorded.containers).map(container),
    ...(Array.isArray(recorded.volumes) ? { volumes: maps(recorded.volumes).map(volume) } : {}),
    // The API server requires the field of a Job's pod; Always is the default of all others.
    ...(recorded.kind === "Job" || recorded.kind === "CronJob" ? { restartPolicy: "OnFailure" } : {}),
  };
}

function container(recorded: Values): Values {
  const probes = isMap(recorded.probes) ? recorded.probes : {};
  return {
    ...given(recorded, "name", "image", "ports", "resources"),
    ...Object.fromEntries(
      Object.entries(probes).map(([name, probe]) => [`${name}Probe`, isMap(probe) ? handler(probe) : {}]),
    ),
  };
}

/** Probe commands are not recorded; the twin runs none, `true` stands for them. */
function handler(probe: Values): Values {
  if (probe.kind === "httpGet") return { httpGet: given(probe, "path", "port") };
  if (probe.kind === "tcpSocket") return { tcpSocket: given(probe, "port") };
  if (probe.kind === "grpc") return { grpc: given(probe, "port") };
  return { exec: { command: ["true"] } };
}

function volume(recorded: Values): Values {
  const name = recorded.name ?? "";
  const source = typeof recorded.source === "string" ? recorded.source : undefined;
  switch (recorded.kind) {
    case "secret":
      return { name, secret: { secretName: source ?? "" } };
    case "configMap":
      return { name, configMap: { name: source ?? "" } };
    case "hostPath":
      return { name, hostPath: { path: source ?? "/" } };
    case "persistentVolumeClaim":
      return { name, persistentVolumeClaim: { claimName: source ?? "" } };
    case "projected":
      return { name, projected: { sources: [] } };
    default:
      return { name, emptyDir: {} };
  }
}

function claimTemplates(recorded: RecordedObject): Values {
  const templates = maps(recorded.volumeClaimTemplates);
  if (templates.length === 0) return {};
  return {
    volumeClaimTemplates: templates.map((template) => ({
      metadata: { name: template.name ?? "data" },
      spec: {
        accessModes: template.accessModes ?? ["ReadWriteOnce"],
        ...given(template, "storageClassName"),
        resources: { requests: { storage: template.size ?? "1Gi" } },
      },
    })),
  };
}
