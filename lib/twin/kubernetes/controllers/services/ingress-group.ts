import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { annotationsOf, textAt } from "../engine/fields.ts";

/** Name of AWS Load Balancer Controller's Deployment. */
export const CONTROLLER = "aws-load-balancer-controller";
const CLASS_CONTROLLER = "ingress.k8s.aws/alb";

/** Ingresses that share one load balancer. */
export interface IngressGroup {
  readonly name: string;
  /** What the controller keeps a member from being deleted by. */
  readonly finalizer: string;
  /** IngressClassParams of the members' class. */
  readonly params: ApiObject | undefined;
}

/**
 * The group of an Ingress: its class's, which wins, or its own annotation's, or itself alone. Undefined: its class is
 * not the controller's.
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/
 */
export function groupOf(ingress: ApiObject, client: ClusterClient): IngressGroup | undefined {
  const className = textAt(ingress, "spec", "ingressClassName");
  const found = client.get("networking.k8s.io/v1", "IngressClass", undefined, className);
  if (textAt(found, "spec", "controller") !== CLASS_CONTROLLER) return undefined;
  const params = client.get(
    "elbv2.k8s.aws/v1beta1",
    "IngressClassParams",
    undefined,
    textAt(found, "spec", "parameters", "name"),
  );
  const name =
    textAt(params, "spec", "group", "name") || annotationsOf(ingress)["alb.ingress.kubernetes.io/group.name"];
  return name
    ? { name, finalizer: `group.ingress.k8s.aws/${name}`, params }
    : {
        name: `${ingress.metadata.namespace}/${ingress.metadata.name}`,
        finalizer: "ingress.k8s.aws/resources",
        params,
      };
}

export const membersOf = (group: IngressGroup, client: ClusterClient): ApiObject[] =>
  client
    .list("networking.k8s.io/v1", "Ingress")
    .filter((ingress) => groupOf(ingress, client)?.name === group.name);
