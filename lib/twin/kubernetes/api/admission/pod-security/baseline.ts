import type { Json } from "../../../../world/world.ts";
import { isObject, type JsonObject, listAt, objectAt, objectsAt, textAt } from "../../json-values.ts";

/** A rule that a pod breaks: its name, and who breaks it how, both as the real admission says it. */
export interface Violation {
  readonly rule: string;
  readonly detail: string;
}

/** A pod's specification, and all its containers. */
export interface PodToCheck {
  readonly spec: JsonObject;
  readonly annotations: Readonly<Record<string, Json>>;
  readonly containers: readonly JsonObject[];
}

export const containersOf = (spec: JsonObject): JsonObject[] =>
  ["initContainers", "containers", "ephemeralContainers"].flatMap((list) => objectsAt(spec, list));

const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(", ");

/** `container "a"`, `containers "a", "b"`. */
export const named = (containers: readonly JsonObject[]): string =>
  `container${containers.length > 1 ? "s" : ""} ${quoted(containers.map(({ name }) => String(name)))}`;

export const contextOf = (container: JsonObject): JsonObject => objectAt(container, "securityContext") ?? {};

type Rule = (pod: PodToCheck) => Violation | undefined;

const violation = (rule: string, detail: string): Violation => ({ rule, detail });

function hostNamespaces({ spec }: PodToCheck): Violation | undefined {
  const shared = ["hostNetwork", "hostPID", "hostIPC"].filter((field) => spec[field] === true);
  return shared.length > 0
    ? violation("host namespaces", shared.map((field) => `${field}=true`).join(", "))
    : undefined;
}

function privileged({ containers }: PodToCheck): Violation | undefined {
  const bad = containers.filter((container) => contextOf(container).privileged === true);
  return bad.length > 0
    ? violation("privileged", `${named(bad)} must not set securityContext.privileged=true`)
    : undefined;
}

/** What a container runtime gives by default. */
const DEFAULT_CAPABILITIES = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

function addedCapabilities({ containers }: PodToCheck): Violation | undefined {
  const added = (container: JsonObject): string[] =>
    listAt(contextOf(container), "capabilities", "add")
      .map(String)
      .filter((name) => !DEFAULT_CAPABILITIES.includes(name));
  const bad = containers.filter((container) => added(container).length > 0);
  if (bad.length === 0) return undefined;
  const names = [...new Set(bad.flatMap(added))].sort();
  return violation(
    "non-default capabilities",
    `${named(bad)} must not include ${quoted(names)} in securityContext.capabilities.add`,
  );
}

function hostPaths({ spec }: PodToCheck): Violation | undefined {
  const bad = objectsAt(spec, "volumes").filter((volume) => isObject(volume.hostPath));
  const names = bad.map(({ name }) => String(name));
  return bad.length > 0
    ? violation("hostPath volumes", `volume${bad.length > 1 ? "s" : ""} ${quoted(names)}`)
    : undefined;
}

function hostPorts({ containers }: PodToCheck): Violation | undefined {
  const ports = (container: JsonObject): number[] =>
    objectsAt(container, "ports").flatMap(({ hostPort }) =>
      typeof hostPort === "number" && hostPort > 0 ? [hostPort] : [],
    );
  const bad = containers.filter((container) => ports(container).length > 0);
  const used = bad.flatMap(ports).join(", ");
  return bad.length > 0 ? violation("hostPort", `${named(bad)} uses hostPort ${used}`) : undefined;
}

const SAFE_SYSCTLS = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
];

function sysctls({ spec }: PodToCheck): Violation | undefined {
  const set = objectsAt(spec, "securityContext", "sysctls").map(({ name }) => String(name));
  const bad = set.filter((name) => !SAFE_SYSCTLS.includes(name));
  return bad.length > 0 ? violation("forbidden sysctls", bad.join(", ")) : undefined;
}

function procMount({ containers }: PodToCheck): Violation | undefined {
  const bad = containers.filter((container) => {
    const { procMount: mount } = contextOf(container);
    return mount !== undefined && mount !== "Default";
  });
  return bad.length > 0
    ? violation("procMount", `${named(bad)} must not set securityContext.procMount to "Unmasked"`)
    : undefined;
}

/** Both the pod's and the containers' profiles; `Unconfined` is what the baseline forbids. */
function unconfined(field: "seccompProfile" | "appArmorProfile"): Rule {
  return ({ spec, containers }) => {
    const isBad = (context: JsonObject | undefined): boolean =>
      textAt(context, field, "type") === "Unconfined";
    const bad = containers.filter((container) => isBad(contextOf(container)));
    const byPod = isBad(objectAt(spec, "securityContext"));
    if (bad.length === 0 && !byPod) return undefined;
    const who = [...(byPod ? ["pod"] : []), ...(bad.length > 0 ? [named(bad)] : [])].join(" and ");
    return violation(field, `${who} must not set securityContext.${field}.type to "Unconfined"`);
  };
}

function windowsHostProcess({ spec, containers }: PodToCheck): Violation | undefined {
  const isBad = (context: JsonObject | undefined): boolean =>
    objectAt(context, "windowsOptions")?.hostProcess === true;
  const bad = containers.filter((container) => isBad(contextOf(container)));
  if (bad.length === 0 && !isBad(objectAt(spec, "securityContext"))) return undefined;
  return violation("hostProcess", "securityContext.windowsOptions.hostProcess=true");
}

/** @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
export const BASELINE: readonly Rule[] = [
  hostNamespaces,
  privileged,
  addedCapabilities,
  hostPaths,
  hostPorts,
  unconfined("appArmorProfile"),
  procMount,
  unconfined("seccompProfile"),
  sysctls,
  windowsHostProcess,
];
