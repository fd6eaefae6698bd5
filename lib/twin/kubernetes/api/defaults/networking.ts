import type { ApiObject } from "../api-object.ts";
import { isObject, objectAt, objectsAt, setDefault } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";

/** @see k8s.io/kubernetes/pkg/apis/networking/v1/defaults.go, policy/v1/defaults.go, autoscaling/v2/defaults.go */
export function defaultNetworking(kind: ResourceKind, object: ApiObject): void {
  if (!isObject(object.spec)) return;
  const spec = object.spec;
  switch (kind.plural) {
    case "networkpolicies": {
      setDefault(spec, "podSelector", {});
      setDefault(spec, "policyTypes", spec.egress === undefined ? ["Ingress"] : ["Ingress", "Egress"]);
      for (const rule of [...objectsAt(spec, "ingress"), ...objectsAt(spec, "egress")])
        for (const port of objectsAt(rule, "ports")) setDefault(port, "protocol", "TCP");
      return;
    }
    case "horizontalpodautoscalers":
      setDefault(spec, "minReplicas", 1);
      if (!objectAt(spec, "metrics") && spec.metrics === undefined)
        spec.metrics = [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
          },
        ];
  }
}
