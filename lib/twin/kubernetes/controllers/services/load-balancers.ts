import { COLLECTIONS, type LoadBalancerRecord } from "../../../world/records.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { annotationsOf, mapsAt, type Strings, textAt } from "../engine/fields.ts";

/** The hostname stands in the Service's status this long after it was made (the brief moment until ELB answers; from memory). */
const NAMED_AFTER_MILLISECONDS = 15_000;
/** NLB: service created to reachable 4 min (2m30s–5m). @see docs/latencies.md, "Kubernetes and services" */
const ACTIVE_AFTER_MILLISECONDS = 240_000;

/** Canonical hosted zones of network load balancers. @see https://docs.aws.amazon.com/general/latest/gr/elb.html */
const HOSTED_ZONES: Strings = {
  "us-east-1": "Z26RNL4JYFTOTI",
  "us-east-2": "ZLMOA37VPKANP",
  "us-west-2": "Z18D5FSROUN65G",
  "eu-central-1": "Z3F0SRJ5LGBH90",
  "eu-west-1": "Z2IFOLAFXWLO4F",
};

const PREFIX = "service.beta.kubernetes.io/aws-load-balancer-";

/** A load balancer for each Service of that type, as the cloud provider makes them. */
export const loadBalancers: Controller = {
  name: "load-balancers",
  watches: { Service: "self" },
  reconcile(service, context) {
    if (textAt(service, "spec", "type") !== "LoadBalancer") return remove(service.metadata.uid, context);
    const { now, client } = context;
    // A Service of an apply that lasts minutes is seen when its time has come: that is when it counts as made.
    const records = context.world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers);
    const name = nameOf(service.metadata.uid);
    const record = records.get(name);
    if (!record) {
      records.set(name, recordOf(service, context));
      return context.after(NAMED_AFTER_MILLISECONDS);
    }
    const namedAt = record.activeAt - context.scaled(ACTIVE_AFTER_MILLISECONDS - NAMED_AFTER_MILLISECONDS);
    if (now < namedAt) return context.after((namedAt - now) / context.options.latencyScale);
    if (mapsAt(service, "status", "loadBalancer", "ingress").length === 0)
      client.patch(
        service,
        { status: { loadBalancer: { ingress: [{ hostname: record.dnsName }] } } },
        "status",
      );
  },
  gone({ namespace, name }, { world, client }) {
    const records = world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers);
    for (const [key, { tags }] of records.entries())
      if (
        tags[`kubernetes.io/cluster/${client.cluster}`] === "owned" &&
        tags["kubernetes.io/service-name"] === `${namespace}/${name}`
      )
        records.delete(key);
  },
};

/** The cloud provider's name of a Service's load balancer. @see cloud-provider `DefaultLoadBalancerName` */
const nameOf = (uid: string): string => `a${uid.replaceAll("-", "")}`.slice(0, 32);

function remove(uid: string, { world }: ReconcileContext): void {
  world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).delete(nameOf(uid));
}

function recordOf(service: ApiObject, context: ReconcileContext): LoadBalancerRecord {
  const { world, client, now } = context;
  const { region, accountId } = context.options.aws;
  const annotations = annotationsOf(service);
  const internal =
    annotations[`${PREFIX}scheme`] === "internal" || annotations[`${PREFIX}internal`] === "true";
  const [name, hash] = [nameOf(service.metadata.uid), world.drawsOf(service.metadata.uid).hex(16)];
  const number = world.collection(COLLECTIONS.loadBalancers).keys().length;
  // Documentation addresses (RFC 5737): three zones each.
  const addresses = [1, 2, 3].map((zone) =>
    internal ? `10.0.${zone * 16}.${200 + number}` : `203.0.113.${number * 3 + zone}`,
  );
  return {
    name,
    arn: `arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/net/${name}/${hash}`,
    dnsName: `${name}-${hash}.elb.${region}.amazonaws.com`,
    hostedZoneId: HOSTED_ZONES[region] ?? "Z3F0SRJ5LGBH90",
    type: "network",
    scheme: internal ? "internal" : "internet-facing",
    addresses,
    activeAt: now + context.scaled(ACTIVE_AFTER_MILLISECONDS),
    tags: {
      ...additionalTags(annotations[`${PREFIX}additional-resource-tags`]),
      [`kubernetes.io/cluster/${client.cluster}`]: "owned",
      "kubernetes.io/service-name": `${service.metadata.namespace}/${service.metadata.name}`,
    },
  };
}

const additionalTags = (text = ""): Strings =>
  Object.fromEntries(
    text
      .split(",")
      .filter((pair) => pair.includes("="))
      .map((pair) => [pair.slice(0, pair.indexOf("=")).trim(), pair.slice(pair.indexOf("=") + 1).trim()]),
  );
