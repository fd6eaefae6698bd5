import type { ApiObject } from "../api-object.ts";
import { isObject, listAt, objectAt, objectsAt, textAt } from "../json-values.ts";
import { quantityOf, quantityText } from "../quantity.ts";

/** How much of each name of a quota something takes. */
export type Usage = { [name: string]: number };

export function add(usage: Usage, more: Usage): Usage {
  const sum = { ...usage };
  for (const [name, amount] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + amount;
  return sum;
}

/** A pod that has ended takes nothing but its own place in the count of objects. */
const hasEnded = (pod: ApiObject): boolean =>
  ["Succeeded", "Failed"].includes(textAt(pod, "status", "phase") ?? "");

/**
 * What a pod takes: of requests and limits the sum over its containers, or the largest of its init containers.
 * @see k8s.io/kubernetes/pkg/quota/v1/evaluator/core
 */
function podUsage(pod: ApiObject): Usage {
  if (hasEnded(pod)) return { "count/pods": 1 };
  const usage: Usage = { pods: 1, "count/pods": 1 };
  for (const field of ["requests", "limits"]) {
    const amounts = (list: string): Usage[] =>
      objectsAt(pod, "spec", list).map((container) =>
        Object.fromEntries(
          Object.entries(objectAt(container, "resources", field) ?? {}).map(([name, value]) => [
            name,
            quantityOf(value),
          ]),
        ),
      );
    const together = amounts("containers").reduce(add, {});
    for (const first of amounts("initContainers"))
      for (const [name, amount] of Object.entries(first))
        together[name] = Math.max(together[name] ?? 0, amount);
    for (const [name, amount] of Object.entries(together)) {
      usage[`${field}.${name}`] = amount;
      // The bare name is the old one of the request.
      if (field === "requests") usage[name] = amount;
    }
  }
  return usage;
}

function serviceUsage(service: ApiObject): Usage {
  const type = textAt(service, "spec", "type");
  const ports = listAt(service, "spec", "ports").filter((port) => isObject(port) && port.nodePort).length;
  return {
    services: 1,
    ...(type === "LoadBalancer" ? { "services.loadbalancers": 1 } : {}),
    ...(type === "LoadBalancer" || type === "NodePort" ? { "services.nodeports": ports } : {}),
  };
}

function claimUsage(claim: ApiObject): Usage {
  const storage = quantityOf(objectAt(claim, "spec", "resources", "requests")?.storage);
  const name = textAt(claim, "spec", "storageClassName");
  const ofClass = `${name}.storageclass.storage.k8s.io`;
  return {
    persistentvolumeclaims: 1,
    "requests.storage": storage,
    ...(name ? { [`${ofClass}/persistentvolumeclaims`]: 1, [`${ofClass}/requests.storage`]: storage } : {}),
  };
}

const COUNTED = ["configmaps", "secrets", "replicationcontrollers", "resourcequotas"];

/** Of stored pods, which are frozen, and so take what they took before. */
const ofPods = new WeakMap<ApiObject, Usage>();

/** @param resource `pods`, or `deployments.apps` */
export function usageOf(resource: string, object: ApiObject): Usage {
  if (resource !== "pods" || !Object.isFrozen(object)) return count(resource, object);
  const known = ofPods.get(object) ?? podUsage(object);
  ofPods.set(object, known);
  return known;
}

function count(resource: string, object: ApiObject): Usage {
  if (resource === "pods") return podUsage(object);
  const own = { [`count/${resource}`]: 1, ...(COUNTED.includes(resource) ? { [resource]: 1 } : {}) };
  if (resource === "services") return { ...own, ...serviceUsage(object) };
  return resource === "persistentvolumeclaims" ? { ...own, ...claimUsage(object) } : own;
}

/** The resources whose objects a quota's names are about. */
export function resourcesFor(names: readonly string[]): string[] {
  const found = names.map((name) => {
    if (name.startsWith("count/")) return name.slice("count/".length);
    if (name.startsWith("services")) return "services";
    if (name === "persistentvolumeclaims" || name.includes("storage")) return "persistentvolumeclaims";
    return COUNTED.includes(name) ? name : "pods";
  });
  return [...new Set(found)];
}

/** An amount under its name, as Kubernetes writes it. */
export const amountText = (name: string, amount: number): string =>
  quantityText(amount, /memory|storage$/.test(name) ? "memory" : "plain");
