import type { KubernetesObject } from "../kubernetes/contract.ts";
import type { Chart } from "./chart.ts";
import { shapeLoadBalancerController } from "./shapes/aws-load-balancer-controller.ts";
import { shapeIngressNginx } from "./shapes/ingress-nginx.ts";
import { shapeGrafanaStack } from "./shapes/kube-prometheus-stack.ts";
import { shapeKyverno, shapeKyvernoPolicies } from "./shapes/kyverno.ts";
import { shapePersistence } from "./shapes/persistence.ts";
import { shapeReplicas } from "./shapes/replicas.ts";
import { shapeVelero } from "./shapes/velero.ts";
import type { Values } from "./values.ts";

/** Lets values of one chart into its objects where the recorded switches do not carry them through. */
export type ShapeByValues = (objects: KubernetesObject[], values: Values, chart: Chart) => KubernetesObject[];

const SHAPES: Readonly<Record<string, ShapeByValues>> = {
  "aws-load-balancer-controller": shapeLoadBalancerController,
  "ingress-nginx": shapeIngressNginx,
  "kube-prometheus-stack": shapeGrafanaStack,
  kyverno: shapeKyverno,
  "kyverno-policies": shapeKyvernoPolicies,
  velero: shapeVelero,
};

export const shapeByValues: ShapeByValues = (objects, values, chart) => {
  const own = SHAPES[chart.chart];
  const shaped = own ? own(objects, values, chart) : objects;
  return shapeReplicas(shapePersistence(shaped, values, chart), values, chart);
};
