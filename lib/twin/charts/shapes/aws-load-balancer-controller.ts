import type { ShapeByValues } from "../shape-by-values.ts";
import { isMap, valueAt } from "../values.ts";

/** The class of the load balancers, and its parameters, which the chart takes as they are. */
export const shapeLoadBalancerController: ShapeByValues = (objects, values) => {
  const spec = valueAt(values, "ingressClassParams.spec");
  for (const object of objects) {
    if (object.kind === "IngressClassParams" && isMap(spec)) object.spec = spec;
    if (object.kind === "IngressClass" && isMap(object.spec))
      object.spec.parameters = {
        apiGroup: "elbv2.k8s.aws",
        kind: "IngressClassParams",
        name: object.metadata.name,
      };
  }
  return objects;
};
