import type { ShapeByValues } from "../shape-by-values.ts";
import { isMap, valueAt } from "../values.ts";

/** Kyverno's ConfigMap holds as JSON whom its webhooks are not called for. */
export const shapeKyverno: ShapeByValues = (objects, values) => {
  const webhooks = valueAt(values, "config.webhooks");
  for (const object of objects)
    if (object.kind === "ConfigMap" && object.metadata.name === "kyverno" && isMap(webhooks))
      object.data = { ...(isMap(object.data) ? object.data : {}), webhooks: JSON.stringify(webhooks) };
  return objects;
};

/** What a policy does to whom: the inventory records names only. `Enforce` is `Deny`, the chart's default `Audit`. */
export const shapeKyvernoPolicies: ShapeByValues = (objects, values) => {
  const denies = valueAt(values, "validationFailureAction") === "Enforce";
  for (const object of objects)
    if (object.kind === "ValidatingPolicy")
      object.spec = {
        ...(isMap(object.spec) ? object.spec : {}),
        failurePolicy: valueAt(values, "failurePolicy") ?? "Fail",
        validationActions: [denies ? "Deny" : "Audit"],
      };
  return objects;
};
