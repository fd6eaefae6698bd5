import { AwsError, type Principal } from "../../../aws/contract.ts";
import { type CertificateRecord, COLLECTIONS, type LoadBalancerRecord } from "../../../world/records.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { annotationsOf, mapAt, mapsAt, type Strings, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";
import { CONTROLLER, groupOf, type IngressGroup, membersOf } from "./ingress-group.ts";

/** A group's first Ingress to the name in its status: groups, load balancer, listeners, rules (estimate). */
const ALB_NAMED_MILLISECONDS = 15_000;
/** From being asked for to answering, as a network load balancer's registration (estimate). */
const ALB_ACTIVE_MILLISECONDS = 180_000;
/** Until what AWS refused is tried again (estimate: order of controller-runtime's back-off). */
const ALB_RETRY_MILLISECONDS = 30_000;

/** Canonical hosted zones of application load balancers. @see https://docs.aws.amazon.com/general/latest/gr/elb.html */
const HOSTED_ZONES: Strings = {
  "us-east-1": "Z35SXDOTRQ7X7K",
  "us-east-2": "Z3AADJGX6KTTL2",
  "us-west-2": "Z1H1FL5HABSF5",
  "eu-central-1": "Z215JYRZR1TBD5",
  "eu-west-1": "Z32O12XQLNTSW2",
};

const MARK = "elbv2.k8s.aws/cluster";

/**
 * AWS Load Balancer Controller: one Application Load Balancer for each group of Ingresses, with what its role may do
 * and no more. It keeps its Ingresses from being deleted until the load balancer has gone, or goes on without them.
 */
export const applicationLoadBalancers: Controller = {
  name: "application-load-balancers",
  releasesAtOnce: true,
  watches: {
    Ingress: "self",
    Deployment: (change, client) =>
      change.name === CONTROLLER
        ? client.list("networking.k8s.io/v1", "Ingress").map((one) => client.referenceOf(one))
        : [],
  },
  reconcile(ingress, context) {
    const group = groupOf(ingress, context.client);
    if (!group || !isRunning(context.client, "Deployment", CONTROLLER)) return;
    if (ingress.metadata.deletionTimestamp) return release(ingress, group, context);
    if (!ingress.metadata.finalizers?.includes(group.finalizer)) {
      const finalizers = [...(ingress.metadata.finalizers ?? []), group.finalizer];
      context.client.patch(ingress, { metadata: { finalizers } });
      return;
    }
    const record = find(group, context) ?? make(ingress, group, context);
    if (record) publish(ingress, record, context);
    else context.after(ALB_RETRY_MILLISECONDS);
  },
};

const balancers = ({ world }: ReconcileContext) =>
  world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers);

const find = (group: IngressGroup, context: ReconcileContext): LoadBalancerRecord | undefined =>
  balancers(context)
    .values()
    .find(
      ({ tags }) => tags[MARK] === context.client.cluster && tags["ingress.k8s.aws/stack"] === group.name,
    );

function publish(ingress: ApiObject, record: LoadBalancerRecord, context: ReconcileContext): void {
  const { now, client } = context;
  const namedAt = record.activeAt - context.scaled(ALB_ACTIVE_MILLISECONDS - ALB_NAMED_MILLISECONDS);
  if (now < namedAt) {
    context.after((namedAt - now) / context.options.latencyScale);
    return;
  }
  if (mapsAt(ingress, "status", "loadBalancer", "ingress").length === 0)
    client.patch(
      ingress,
      { status: { loadBalancer: { ingress: [{ hostname: record.dnsName }] } } },
      "status",
    );
}

/** Undefined: AWS refuses, for want of a right or of a certificate. */
function make(
  ingress: ApiObject,
  group: IngressGroup,
  context: ReconcileContext,
): LoadBalancerRecord | undefined {
  const record = recordOf(ingress, group, context);
  const listener = record.arn.replace(":loadbalancer/", ":listener/");
  const { accountId, region } = context.options.aws;
  const requests: readonly (readonly [action: string, resource: string])[] = [
    ["ec2:CreateSecurityGroup", `arn:aws:ec2:${region}:${accountId}:security-group/*`],
    ["elasticloadbalancing:CreateLoadBalancer", record.arn],
    ["elasticloadbalancing:CreateListener", record.arn],
    ["elasticloadbalancing:CreateRule", `${listener}/*`],
  ];
  const marked = { [`aws:RequestTag/${MARK}`]: context.client.cluster };
  if (!requests.every(([action, resource]) => may(action, resource, marked, context))) return undefined;
  if (!hasCertificates(group, context)) return undefined;
  balancers(context).set(record.name, record);
  return record;
}

/** A listener with a certificate that is not issued is refused. */
const hasCertificates = ({ params }: IngressGroup, { world }: ReconcileContext): boolean => {
  const arns = mapAt(params, "spec").certificateArn;
  const records = world.collection<CertificateRecord>(COLLECTIONS.certificates);
  return !Array.isArray(arns) || arns.every((arn) => records.get(String(arn))?.status === "ISSUED");
};

/** The last member takes the load balancer with it, if the controller's role may delete it. */
function release(ingress: ApiObject, group: IngressGroup, context: ReconcileContext): void {
  const { client } = context;
  const record = find(group, context);
  const others = membersOf(group, client).filter(
    ({ metadata }) => metadata.uid !== ingress.metadata.uid && !metadata.deletionTimestamp,
  );
  if (record && others.length === 0) {
    const marked = { [`aws:ResourceTag/${MARK}`]: client.cluster };
    if (!may("elasticloadbalancing:DeleteLoadBalancer", record.arn, marked, context)) {
      context.after(ALB_RETRY_MILLISECONDS);
      return;
    }
    balancers(context).delete(record.name);
  }
  const finalizers = (ingress.metadata.finalizers ?? []).filter((one) => one !== group.finalizer);
  client.patch(ingress, { metadata: { finalizers } });
}

/** Whoever the controller is: the role of its service account, without which it is nobody. */
function may(
  action: string,
  resource: string,
  keys: Strings,
  { client, options }: ReconcileContext,
): boolean {
  const deployment = client
    .list("apps/v1", "Deployment")
    .find(({ metadata }) => metadata.name === CONTROLLER);
  const name = textAt(deployment, "spec", "template", "spec", "serviceAccountName");
  const account = client.get("v1", "ServiceAccount", deployment?.metadata.namespace, name);
  const roleArn = account?.metadata.annotations?.["eks.amazonaws.com/role-arn"];
  if (roleArn === undefined) return false;
  const principal: Principal = { roleArn, sessionName: CONTROLLER };
  try {
    options.aws.authorize(principal, action, resource, keys);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

function recordOf(ingress: ApiObject, group: IngressGroup, context: ReconcileContext): LoadBalancerRecord {
  const { world, client, now } = context;
  const { region, accountId } = context.options.aws;
  const draws = world.drawsOf(`alb/${client.cluster}/${group.name}`);
  const name =
    annotationsOf(ingress)["alb.ingress.kubernetes.io/load-balancer-name"] ??
    `k8s-${group.name.replaceAll(/[^a-z0-9]/g, "")}-${draws.hex(10)}`.slice(0, 32);
  const internal = textAt(group.params, "spec", "scheme") === "internal";
  const number = world.collection(COLLECTIONS.loadBalancers).keys().length;
  // Documentation addresses (RFC 5737): three zones each.
  const addresses = [1, 2, 3].map((zone) =>
    internal ? `10.0.${zone * 16}.${200 + number}` : `203.0.113.${number * 3 + zone}`,
  );
  return {
    name,
    arn: `arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/app/${name}/${draws.hex(16)}`,
    dnsName: `${internal ? "internal-" : ""}${name}-${parseInt(draws.hex(7), 16)}.${region}.elb.amazonaws.com`,
    hostedZoneId: HOSTED_ZONES[region] ?? "Z215JYRZR1TBD5",
    type: "application",
    scheme: internal ? "internal" : "internet-facing",
    addresses,
    activeAt: now + context.scaled(ALB_ACTIVE_MILLISECONDS),
    tags: {
      [MARK]: client.cluster,
      "ingress.k8s.aws/stack": group.name,
      "ingress.k8s.aws/resource": "LoadBalancer",
    },
  };
}
