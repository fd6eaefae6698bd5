import type { World } from "../../../world/world.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { podIdentityRole } from "../engine/pod-identity.ts";
import { isRunning } from "../engine/readiness.ts";

export const VELERO = "velero.io/v1";

/** Does Velero's server run? Nothing of it happens without. */
export const isUp = ({ client }: ReconcileContext): boolean => isRunning(client, "Deployment", "velero");

/** Called for objects of a kind, and for all of them when the server comes. */
export const whenServerComes = (kind: string): Controller["watches"] => ({
  [kind]: "self",
  Deployment: (change, client) =>
    change.name === "velero" ? client.list(VELERO, kind).map((one) => client.referenceOf(one)) : [],
});

/** The role of Velero's service account; undefined: it has none and uses its node's, which is not modelled. */
export const roleOf = (client: ClusterClient, world: World): string | undefined =>
  client.get("v1", "ServiceAccount", "velero", "velero-server")?.metadata.annotations?.[
    "eks.amazonaws.com/role-arn"
  ] ?? podIdentityRole(world, { cluster: client.cluster, namespace: "velero", name: "velero-server" });

/** @throws AwsError unless Velero's role may */
export function authorize({ client, options }: ReconcileContext, action: string, resource: string): void {
  const roleArn = roleOf(client, options.world);
  if (roleArn !== undefined) options.aws.authorize({ roleArn, sessionName: "velero" }, action, resource);
}
