import { strikes } from "../../../world/faults.ts";
import type { ApiObject } from "../../api/api-object.ts";
import { isTrue, withConditions } from "../engine/conditions.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, isOwnedBy, mapAt, textAt } from "../engine/fields.ts";
import { contentHash } from "../engine/names.ts";
import {
  ACME,
  CERT_MANAGER,
  current,
  isCertManagerUp,
  isStaging,
  issuerOf,
  solverFor,
} from "./cert-manager.ts";
import { BACKDATED_MILLISECONDS, ISSUED, type Issued, LIFETIME_MILLISECONDS, owned } from "./issued.ts";

/** Finalizing an order and fetching the certificate; part of the 40 s of HTTP-01 in docs/latencies.md. */
const FINALIZE_MILLISECONDS = 5_000;

/** CertificateRequest → Order; Ready when the order is valid and the certificate fetched. */
export const certificateRequests: Controller = {
  name: "certificate-requests",
  watches: {
    CertificateRequest: "self",
    Order: (change, client) => {
      const order = client.get(ACME, "Order", change.namespace ?? undefined, change.name);
      const owner = order?.metadata.ownerReferences?.find(({ kind }) => kind === "CertificateRequest")?.name;
      const request =
        owner === undefined
          ? undefined
          : client.get(CERT_MANAGER, "CertificateRequest", change.namespace ?? undefined, owner);
      return request ? [client.referenceOf(request)] : [];
    },
    ClusterIssuer: (_change, client) =>
      client.list(CERT_MANAGER, "CertificateRequest").map((one) => client.referenceOf(one)),
    Issuer: (change, client) =>
      client
        .list(CERT_MANAGER, "CertificateRequest", change.namespace ?? undefined)
        .map((one) => client.referenceOf(one)),
  },
  reconcile(request, context) {
    const { client } = context;
    if (!isCertManagerUp(client) || isTrue(request, "Ready") || request.metadata.deletionTimestamp) return;
    const issuer = issuerOf(request, client);
    if (!issuer || !isTrue(issuer, "Ready")) {
      const name = textAt(request, "spec", "issuerRef", "name");
      pending(
        request,
        issuer
          ? "Referenced issuer does not have a Ready status condition"
          : `Referenced "ClusterIssuer" not found: clusterissuer.cert-manager.io "${name}" not found`,
        context,
      );
      return;
    }
    if (Object.keys(mapAt(issuer, "spec", "acme")).length === 0) sign(request, issuer, context);
    else follow(request, context);
  },
};

/** The Certificate that a request is for. */
const certificateOf = (request: ApiObject, { client }: ReconcileContext): ApiObject | undefined =>
  client.get(
    CERT_MANAGER,
    "Certificate",
    request.metadata.namespace,
    request.metadata.annotations?.["cert-manager.io/certificate-name"] ?? "",
  );

const namesOf = (certificate: ApiObject | undefined): string[] => {
  const names = mapAt(certificate, "spec").dnsNames;
  return Array.isArray(names) ? names.map(String) : [];
};

function pending(request: ApiObject, message: string, { client, now }: ReconcileContext): void {
  const approved = {
    type: "Approved",
    status: "True" as const,
    reason: "cert-manager.io",
    message: "Certificate request has been approved by cert-manager.io",
  };
  const ready = { type: "Ready", status: "False" as const, reason: "Pending", message };
  const conditions = withConditions(request, now, approved, ready);
  if (JSON.stringify(conditions) !== JSON.stringify(mapAt(request, "status").conditions))
    client.patch(request, { status: { conditions } }, "status");
}

function follow(request: ApiObject, context: ReconcileContext): void {
  const { client } = context;
  const { name, namespace } = request.metadata;
  const order = client.list(ACME, "Order", namespace).find((one) => isOwnedBy(one, request));
  if (!order) {
    const dnsNames = namesOf(certificateOf(request, context));
    const orderName = `${name}-${Number.parseInt(Buffer.from(contentHash(dnsNames, 4)).toString("hex"), 16)}`;
    client.create({
      ...owned(request, orderName, ACME, "Order"),
      spec: {
        commonName: dnsNames[0] ?? "",
        dnsNames,
        issuerRef: mapAt(request, "spec", "issuerRef"),
        request: textAt(request, "spec", "request"),
      },
    });
    pending(request, `Waiting on certificate issuance from order ${namespace}/${orderName}: ""`, context);
    return;
  }
  const state = textAt(order, "status", "state");
  if (state === "valid") sign(request, issuerOf(request, client), context);
  else
    pending(
      request,
      `Waiting on certificate issuance from order ${namespace}/${order.metadata.name}: "${state || "pending"}"`,
      context,
    );
}

/** Requests that the authority is signing at this frozen instant; nothing of it outlives the instant. */
const signing = new WeakMap<object, Set<string>>();

/**
 * Lets the authority of the world sign. Honours the fault `issuer-staging` { host }: the certificate comes from
 * Let's Encrypt's staging authority although production was asked.
 */
function sign(request: ApiObject, issuer: ApiObject | undefined, context: ReconcileContext): void {
  const { world, options, now } = context;
  const busy = signing.get(world) ?? new Set<string>();
  signing.set(world, busy);
  const { uid } = request.metadata;
  const dnsNames = namesOf(certificateOf(request, context));
  if (busy.has(uid) || dnsNames.length === 0) return;
  busy.add(uid);
  const struck = strikes(world, "issuer-staging", ({ host }) => dnsNames.includes(String(host)));
  const authority =
    struck || isStaging(issuer) || Object.keys(mapAt(issuer, "spec", "acme")).length === 0
      ? "staging"
      : "public";
  const notBefore = now - BACKDATED_MILLISECONDS;
  const notAfter = notBefore + LIFETIME_MILLISECONDS;
  world.clock
    .work(
      () => options.authorities.issue({ authority, dnsNames, notBefore, notAfter }),
      context.scaled(FINALIZE_MILLISECONDS),
    )
    .then((issued) => {
      busy.delete(uid);
      world.collection<Issued>(ISSUED).set(uid, { ...issued, notBefore, notAfter });
      finish(current(context.client, request), issued.chain, context);
    });
}

function finish(request: ApiObject, chain: string, { client, world }: ReconcileContext): void {
  const ready = {
    type: "Ready",
    status: "True" as const,
    reason: "Issued",
    message: "Certificate fetched from issuer successfully",
  };
  const approved = {
    type: "Approved",
    status: "True" as const,
    reason: "cert-manager.io",
    message: "Certificate request has been approved by cert-manager.io",
  };
  const status: Fields = {
    certificate: Buffer.from(chain).toString("base64"),
    conditions: withConditions(request, world.clock.now(), approved, ready),
  };
  client.patch(request, { status }, "status");
}

/** Order → one Challenge for each name; valid when all of them are. */
export const orders: Controller = {
  name: "orders",
  watches: {
    Order: "self",
    Challenge: (change, client) =>
      client
        .list(ACME, "Order", change.namespace ?? undefined)
        .filter((order) => change.name.startsWith(`${order.metadata.name}-`))
        .map((order) => client.referenceOf(order)),
  },
  reconcile(order, context) {
    const { client } = context;
    if (
      !isCertManagerUp(client) ||
      textAt(order, "status", "state") === "valid" ||
      order.metadata.deletionTimestamp
    )
      return;
    const names = mapAt(order, "spec").dnsNames;
    const hosts = Array.isArray(names) ? names.map(String) : [];
    const challenges = client
      .list(ACME, "Challenge", order.metadata.namespace)
      .filter((one) => isOwnedBy(one, order));
    for (const host of hosts)
      if (!challenges.some((one) => textAt(one, "spec", "dnsName") === host)) challenge(order, host, context);
    const valid =
      challenges.length > 0 && challenges.every((one) => textAt(one, "status", "state") === "valid");
    const state = valid ? "valid" : "pending";
    if (textAt(order, "status", "state") !== state)
      client.patch(order, { status: orderStatus(order, hosts, state) }, "status");
    if (valid) for (const one of challenges) client.delete(one);
  },
};

const server = (order: ApiObject, context: ReconcileContext): string =>
  textAt(issuerOf(order, context.client), "spec", "acme", "server").replace(/\/directory$/, "/acme");

function orderStatus(order: ApiObject, hosts: string[], state: string): Fields {
  const number = Number.parseInt(order.metadata.uid.slice(0, 8), 16);
  const base = "https://acme-v02.api.letsencrypt.org/acme";
  return {
    authorizations: hosts.map((identifier) => ({
      identifier,
      initialState: "pending",
      url: `${base}/authz/${number}`,
      wildcard: false,
    })),
    finalizeURL: `${base}/finalize/1/${number}`,
    state,
    url: `${base}/order/1/${number}`,
  };
}

function challenge(order: ApiObject, host: string, context: ReconcileContext): void {
  const { client, world } = context;
  const issuer = issuerOf(order, client);
  const solver = solverFor(issuer, host);
  const draws = world.drawsOf(`${order.metadata.uid}/${host}`);
  const token = draws.hex(43);
  client.create({
    ...owned(order, `${order.metadata.name}-${Number.parseInt(draws.hex(8), 16)}`, ACME, "Challenge"),
    spec: {
      authorizationURL: `${server(order, context)}/authz/1`,
      dnsName: host,
      issuerRef: mapAt(order, "spec", "issuerRef"),
      key: `${token}.${draws.hex(43)}`,
      solver,
      token,
      type: solver.dns01 === undefined ? "HTTP-01" : "DNS-01",
      url: `${server(order, context)}/chall/1`,
      wildcard: false,
    },
  });
}
