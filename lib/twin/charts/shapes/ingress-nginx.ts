import type { ShapeByValues } from "../shape-by-values.ts";
import { isMap, valueAt } from "../values.ts";

/** The controller's Service (type, annotations) and its ConfigMap, which takes `controller.config` as it is. */
export const shapeIngressNginx: ShapeByValues = (objects, values) => {
  const config = valueAt(values, "controller.config");
  const annotations = valueAt(values, "controller.service.annotations");
  const loadBalancerClass = valueAt(values, "controller.service.loadBalancerClass");
  for (const object of objects) {
    if (object.metadata.name !== "ingress-nginx-controller") continue;
    if (object.kind === "ConfigMap" && isMap(config)) object.data = config;
    if (object.kind !== "Service") continue;
    if (isMap(annotations)) object.metadata.annotations = annotations;
    if (typeof loadBalancerClass === "string" && isMap(object.spec))
      object.spec.loadBalancerClass = loadBalancerClass;
  }
  return objects;
};
