import { createHash } from "node:crypto";
import type { World } from "../../../world/world.ts";
import type { KubernetesUser } from "../../contract.ts";

/** Who holds the kubeconfig that the twin hands out: a person at the laptop, in front of their own cluster. */
export const TWIN_ADMIN: KubernetesUser = {
  username: "twin-admin",
  groups: ["system:masters", "system:authenticated"],
};

/** A bearer token for kubectl, the same for the same world and cluster. */
export const adminToken = (world: World, clusterName: string): string =>
  `twin-admin-${createHash("sha256").update(`${world.seed}/${clusterName}/admin`).digest("hex").slice(0, 40)}`;
