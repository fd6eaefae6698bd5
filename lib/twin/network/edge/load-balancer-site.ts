import type { ApiServer } from "../../kubernetes/api/api-server.ts";
import { type JsonObject, listAt, objectAt, objectsAt, textAt } from "../../kubernetes/api/json-values.ts";
import { type CertificateRecord, COLLECTIONS, type LoadBalancerRecord } from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import { refusesAnonymous } from "./firewall.ts";
import { covers, itemsOf, read, type Site } from "./site.ts";

const CONTROLLER = "ingress.k8s.aws/alb";
const ANNOTATION = "alb.ingress.kubernetes.io/";
/** How a load balancer sends visitors to HTTPS. */
const REDIRECT = 301;

/**
 * The site of a host behind an Application Load Balancer that lives: the Ingress of its group that names the host or,
 * for any other, the load balancer's own answer.
 */
export function loadBalancerSiteIn(
  server: ApiServer,
  { host, living }: { host: string; living: readonly string[] },
  world: World,
): Site | undefined {
  const members = membersIn(server, living);
  const [first] = members;
  if (!first) return undefined;
  const ingress = members.find((one) => rulesFor(one, host).length > 0);
  const redirects = members.some((one) => annotation(one, "ssl-redirect") !== undefined);
  return {
    server,
    host,
    proxy: "load-balancer",
    secret: undefined,
    certificate: certificateOf(server, first, world),
    refusesAnonymous: refusesAnonymous(world, balancerOf(first, world)?.arn ?? ""),
    redirect: redirects ? REDIRECT : undefined,
    namespace: textAt(ingress, "metadata", "namespace") ?? "",
    paths: rulesFor(ingress, host)
      .flatMap((rule) => objectsAt(rule, "http", "paths"))
      .map((entry) => ({
        path: String(entry.path ?? "/"),
        exact: entry.pathType === "Exact",
        service: textAt(entry, "backend", "service", "name") ?? "",
      })),
  };
}

const rulesFor = (ingress: JsonObject | undefined, host: string): JsonObject[] =>
  objectsAt(ingress, "spec", "rules").filter(({ host: own }) => covers(String(own ?? ""), host));

const annotation = (ingress: JsonObject, name: string): string | undefined =>
  textAt(ingress, "metadata", "annotations", `${ANNOTATION}${name}`);

/** The Ingresses that a living load balancer stands for, by the controller's own word in their status. */
function membersIn(server: ApiServer, living: readonly string[]): JsonObject[] {
  const classes = itemsOf(server, "/apis/networking.k8s.io/v1/ingressclasses")
    .filter((entry) => textAt(entry, "spec", "controller") === CONTROLLER)
    .map((entry) => textAt(entry, "metadata", "name"));
  return itemsOf(server, "/apis/networking.k8s.io/v1/ingresses").filter(
    (one) =>
      classes.includes(textAt(one, "spec", "ingressClassName")) &&
      objectsAt(one, "status", "loadBalancer", "ingress").some((entry) =>
        living.includes(String(entry.hostname ?? "").toLowerCase()),
      ),
  );
}

function balancerOf(ingress: JsonObject, world: World): LoadBalancerRecord | undefined {
  const [entry] = objectsAt(ingress, "status", "loadBalancer", "ingress");
  return world
    .collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers)
    .values()
    .find(({ dnsName }) => dnsName === entry?.hostname);
}

/** The certificate that the class gives all its listeners. */
function certificateOf(server: ApiServer, ingress: JsonObject, world: World): CertificateRecord | undefined {
  const name = textAt(ingress, "spec", "ingressClassName") ?? "";
  const params = objectAt(
    read(server, `/apis/networking.k8s.io/v1/ingressclasses/${name}`),
    "spec",
    "parameters",
  );
  const found = read(
    server,
    `/apis/elbv2.k8s.aws/v1beta1/ingressclassparams/${textAt(params, "name") ?? name}`,
  );
  return listAt(found, "spec", "certificateArn")
    .map((arn) => world.collection<CertificateRecord>(COLLECTIONS.certificates).get(String(arn)))
    .find((record) => record?.status === "ISSUED");
}
