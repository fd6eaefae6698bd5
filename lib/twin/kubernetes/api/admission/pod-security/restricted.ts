import { isObject, type JsonObject, listAt, objectAt, objectsAt, textAt } from "../../json-values.ts";
import { contextOf, named, type PodToCheck, type Violation } from "./baseline.ts";

type Rule = (pod: PodToCheck) => Violation | undefined;

const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** Forbidden whatever the pod does to be safe. */
function volumeTypes({ spec }: PodToCheck): Violation | undefined {
  const sourceOf = (volume: JsonObject): string | undefined =>
    Object.keys(volume).find((key) => key !== "name" && isObject(volume[key]));
  const bad = objectsAt(spec, "volumes").filter((volume) => {
    const source = sourceOf(volume);
    return source !== undefined && !VOLUMES.includes(source);
  });
  if (bad.length === 0) return undefined;
  const names = bad.map(({ name }) => JSON.stringify(name)).join(", ");
  const types = [...new Set(bad.map(sourceOf))].map((type) => JSON.stringify(type)).join(", ");
  return {
    rule: "restricted volume types",
    detail: `volume${bad.length > 1 ? "s" : ""} ${names} use${bad.length > 1 ? "" : "s"} restricted volume type ${types}`,
  };
}

function runAsUser({ spec, containers }: PodToCheck): Violation | undefined {
  const bad = containers.filter((container) => contextOf(container).runAsUser === 0);
  const byPod = objectAt(spec, "securityContext")?.runAsUser === 0;
  if (bad.length === 0 && !byPod) return undefined;
  const who = [...(byPod ? ["pod"] : []), ...(bad.length > 0 ? [named(bad)] : [])].join(" and ");
  return { rule: "runAsUser=0", detail: `${who} must not set runAsUser=0` };
}

function privilegeEscalation({ containers }: PodToCheck): Violation | undefined {
  const bad = containers.filter((container) => contextOf(container).allowPrivilegeEscalation !== false);
  return bad.length === 0
    ? undefined
    : {
        rule: "allowPrivilegeEscalation != false",
        detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
      };
}

function capabilities({ containers }: PodToCheck): Violation | undefined {
  const keeps = containers.filter(
    (container) => !listAt(contextOf(container), "capabilities", "drop").includes("ALL"),
  );
  const adds = containers.filter((container) =>
    listAt(contextOf(container), "capabilities", "add").some((name) => name !== "NET_BIND_SERVICE"),
  );
  if (keeps.length === 0 && adds.length === 0) return undefined;
  const parts = [
    ...(keeps.length > 0 ? [`${named(keeps)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adds.length > 0
      ? [
          `${named(adds)} must not include anything but "NET_BIND_SERVICE" in securityContext.capabilities.add`,
        ]
      : []),
  ];
  return { rule: "unrestricted capabilities", detail: parts.join("; ") };
}

function runAsNonRoot({ spec, containers }: PodToCheck): Violation | undefined {
  const byPod = objectAt(spec, "securityContext")?.runAsNonRoot;
  const bad = containers.filter((container) => {
    const own = contextOf(container).runAsNonRoot;
    return own === false || (own !== true && byPod !== true);
  });
  if (bad.length === 0 && byPod !== false) return undefined;
  const who = byPod === false ? "pod must not set securityContext.runAsNonRoot=false" : undefined;
  return {
    rule: "runAsNonRoot != true",
    detail: who ?? `pod or ${named(bad)} must set securityContext.runAsNonRoot=true`,
  };
}

function seccompProfile({ spec, containers }: PodToCheck): Violation | undefined {
  const isGood = (type: string | undefined): boolean => type === "RuntimeDefault" || type === "Localhost";
  const byPod = textAt(spec, "securityContext", "seccompProfile", "type");
  const bad = containers.filter((container) => {
    const own = textAt(contextOf(container), "seccompProfile", "type");
    return own === undefined ? !isGood(byPod) : !isGood(own);
  });
  return bad.length === 0
    ? undefined
    : {
        rule: "seccompProfile",
        detail: `pod or ${named(bad)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
      };
}

/** What a restricted pod must not have. */
export const FORBIDDEN: readonly Rule[] = [volumeTypes, runAsUser];

/**
 * What a restricted pod must say of itself.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const REQUIRED: readonly Rule[] = [privilegeEscalation, capabilities, runAsNonRoot, seccompProfile];
