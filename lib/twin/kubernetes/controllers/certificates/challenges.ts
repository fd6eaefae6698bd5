import { delegationFor } from "../../../network/delegation.ts";
import { resolve } from "../../../network/dns/recursive-resolver.ts";
import { COLLECTIONS, type FaultRecord, type LoadBalancerRecord } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { mapAt, mapsAt, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";
import { isProgrammed, listenersFor, parentOf } from "../gateways/gateway-api.ts";
import { isCertManagerUp } from "./cert-manager.ts";

/** The controller tests itself whether the world can see its answer, every 10 s. @see docs/latencies.md, "cert-manager HTTP-01" */
const SELF_CHECK_MILLISECONDS = 10_000;
/** From a good self-check to the authority's own: with ordering and finalizing 40 s (20 s–7 m). @see docs/latencies.md */
const VALIDATE_HTTP_MILLISECONDS = 22_000;
/** DNS-01 in all 100 s (60 s–5 m): the record INSYNC, then the same. @see docs/latencies.md */
const VALIDATE_DNS_MILLISECONDS = 85_000;

/** Key: uid of the Challenge. When its answer was first seen from outside. */
const SEEN = "cert-manager.challenge-seen";

/**
 * Challenges are presented, checked and then accepted by the authority. HTTP-01 needs the host's public name to lead
 * to a load balancer that answers, and the proxy that the solver asks for behind it; DNS-01 needs the zone to be delegated.
 * Honours the fault `certificate-not-issued` { host }: the answer is never seen.
 */
export const challenges: Controller = {
  name: "challenges",
  watches: { Challenge: "self" },
  reconcile(challenge, context) {
    const { client, now, world } = context;
    if (
      !isCertManagerUp(client) ||
      textAt(challenge, "status", "state") === "valid" ||
      challenge.metadata.deletionTimestamp
    )
      return;
    const seen = world.collection<{ at: number }>(SEEN);
    const at = seen.get(challenge.metadata.uid)?.at;
    const isDns = textAt(challenge, "spec", "type") === "DNS-01";
    const due =
      at === undefined
        ? undefined
        : at + context.scaled(isDns ? VALIDATE_DNS_MILLISECONDS : VALIDATE_HTTP_MILLISECONDS);
    if (due !== undefined && due <= now) {
      seen.delete(challenge.metadata.uid);
      write(challenge, "valid", "Successfully authorized domain", context);
    } else if (due !== undefined) context.after((due - now) / context.options.latencyScale);
    else check(challenge, isDns, context);
  },
};

function check(challenge: ApiObject, isDns: boolean, context: ReconcileContext): void {
  const { world, now } = context;
  const age = now - Date.parse(challenge.metadata.creationTimestamp);
  const problem = problemOf(challenge, isDns, context);
  write(
    challenge,
    "pending",
    problem ?? `Waiting for ${isDns ? "DNS-01" : "HTTP-01"} challenge propagation`,
    context,
  );
  if (problem !== undefined || age < context.scaled(SELF_CHECK_MILLISECONDS)) {
    context.after(SELF_CHECK_MILLISECONDS);
    return;
  }
  world.collection<{ at: number }>(SEEN).set(challenge.metadata.uid, { at: now });
  context.again();
}

/** Why the answer cannot be seen yet, in cert-manager's words, or undefined. */
function problemOf(
  challenge: ApiObject,
  isDns: boolean,
  { world, client }: ReconcileContext,
): string | undefined {
  const host = textAt(challenge, "spec", "dnsName");
  const url = `http://${host}/.well-known/acme-challenge/${textAt(challenge, "spec", "token")}`;
  if (isFaulty(world, host))
    return `Waiting for HTTP-01 challenge propagation: wrong status code '404', expected '200'`;
  if (isDns) return delegationFor(world, host) ? undefined : `DNS record for "${host}" not yet propagated`;
  const { rcode, answers } = resolve(world, { name: host, type: "A" }, "default");
  const addresses = answers.filter(({ type }) => type === "A").map(({ data }) => data);
  const failed = `Waiting for HTTP-01 challenge propagation: failed to perform self check GET request '${url}': Get "${url}": dial tcp`;
  if (addresses.length === 0)
    return `${failed}: lookup ${host} on 10.100.0.10:53: ${rcode === "SERVFAIL" ? "server misbehaving" : "no such host"}`;
  const now = world.clock.now();
  const balancer = world
    .collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers)
    .values()
    .find((one) => one.activeAt <= now && addresses.some((address) => one.addresses.includes(address)));
  if (!balancer) return `${failed} ${addresses[0]}:80: i/o timeout`;
  return answersPlainHttp(challenge, client)
    ? undefined
    : `${failed} ${addresses[0]}:80: connect: connection refused`;
}

/** Does the proxy that the solver hands its answer to listen on port 80? An Ingress is ingress-nginx's. */
function answersPlainHttp(challenge: ApiObject, client: ClusterClient): boolean {
  const routed = mapAt(challenge, "spec", "solver", "http01", "gatewayHTTPRoute");
  if (Object.keys(routed).length === 0) return isRunning(client, "Deployment", "ingress-nginx-controller");
  return mapsAt(routed, "parentRefs").some((reference) => {
    const parent = parentOf(reference, challenge.metadata.namespace, client);
    return (
      parent !== undefined &&
      isProgrammed(parent) &&
      listenersFor(reference, parent).some(({ port, protocol }) => port === 80 && protocol === "HTTP")
    );
  });
}

const isFaulty = (world: World, host: string): boolean =>
  world
    .collection<FaultRecord>(COLLECTIONS.faults)
    .values()
    .some((fault) => fault.kind === "certificate-not-issued" && fault.host === host && fault.remaining !== 0);

function write(
  challenge: ApiObject,
  state: "pending" | "valid",
  reason: string,
  { client }: ReconcileContext,
): void {
  if (textAt(challenge, "status", "state") === state && textAt(challenge, "status", "reason") === reason)
    return;
  client.patch(
    challenge,
    { status: { presented: true, processing: state === "pending", reason, state } },
    "status",
  );
}
