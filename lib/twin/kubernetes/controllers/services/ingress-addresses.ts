import type { Controller } from "../engine/controller.ts";
import { mapsAt, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";

/** ingress-nginx writes its Service's address into the Ingresses of its class every minute. @see its flag `--publish-service` */
const PUBLISH_MILLISECONDS = 10_000;
const CONTROLLER = "ingress-nginx-controller";

/** The address of the load balancer in the status of each Ingress of the class `nginx`. */
export const ingressAddresses: Controller = {
  name: "ingress-addresses",
  watches: {
    Ingress: "self",
    Service: (change, client) =>
      change.name === CONTROLLER
        ? client.list("networking.k8s.io/v1", "Ingress").map((one) => client.referenceOf(one))
        : [],
  },
  reconcile(ingress, context) {
    const { client } = context;
    if (textAt(ingress, "spec", "ingressClassName") !== "nginx" || ingress.metadata.deletionTimestamp) return;
    const service = client.list("v1", "Service").find((one) => one.metadata.name === CONTROLLER);
    const addresses = mapsAt(service, "status", "loadBalancer", "ingress");
    if (JSON.stringify(addresses) === JSON.stringify(mapsAt(ingress, "status", "loadBalancer", "ingress")))
      return;
    const age = context.now - Date.parse(ingress.metadata.creationTimestamp);
    if (!isRunning(client, "Deployment", CONTROLLER) || age < context.scaled(PUBLISH_MILLISECONDS))
      return context.after(PUBLISH_MILLISECONDS);
    client.patch(ingress, { status: { loadBalancer: { ingress: addresses } } }, "status");
  },
};
