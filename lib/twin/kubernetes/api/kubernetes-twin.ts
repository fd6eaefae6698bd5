import { callerArn } from "../../aws/arn.ts";
import type { Aws } from "../../aws/contract.ts";
import { type AccessEntryRecord, type ClusterRecord, COLLECTIONS } from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import type { Kubernetes, KubernetesUser } from "../contract.ts";
import type { ApiObject } from "./api-object.ts";
import { ApiServer } from "./api-server.ts";

type Revision = { revision: number; createdAt: number };

/** All clusters of the world; each comes and goes with its record. */
export class KubernetesTwin implements Kubernetes {
  readonly #world: World;
  readonly #servers = new Map<string, { createdAt: number; server: ApiServer }>();

  constructor({ world }: { readonly world: World; readonly aws?: Aws }) {
    this.#world = world;
    world.on<{ cluster: string }>("eks.cluster.deleted", ({ cluster }) => this.#forget(cluster));
  }

  cluster(name: string): ApiServer {
    const record = this.#record(name);
    const known = this.#servers.get(name);
    if (record && known?.createdAt === record.createdAt) return known.server;
    if (known || !record) this.#servers.delete(name);
    if (!record) {
      this.#forget(name);
      throw new Error(`there is no cluster ${name}`);
    }
    this.#forgetPredecessor(record);
    const isReachable = (): boolean => this.#isActive(name);
    const server = new ApiServer(this.#world, name, isReachable);
    this.#servers.set(name, { createdAt: record.createdAt, server });
    return server;
  }

  userOf(clusterName: string, roleArn: string, sessionName: string): KubernetesUser | undefined {
    const entries = this.#world.collection<AccessEntryRecord>(COLLECTIONS.accessEntries);
    const entry = entries.get(`${clusterName}/${roleArn}`);
    if (!entry) return undefined;
    const username = entry.username
      // In the plain form, characters that a user name may not have become hyphens.
      .replaceAll("{{SessionName}}", sessionName.replaceAll("@", "-"))
      .replaceAll("{{SessionNameRaw}}", sessionName);
    const arn = callerArn({ roleArn, sessionName });
    return { username, groups: [...entry.kubernetesGroups, "system:authenticated"], arn };
  }

  clusterAt(endpoint: string): string | undefined {
    const host = hostOf(endpoint);
    return this.#world
      .collection<ClusterRecord>(COLLECTIONS.clusters)
      .values()
      .find((cluster) => cluster.endpoint !== "" && hostOf(cluster.endpoint) === host)?.name;
  }

  #record(name: string): ClusterRecord | undefined {
    return this.#world.collection<ClusterRecord>(COLLECTIONS.clusters).get(name);
  }

  #isActive(name: string): boolean {
    const status = this.#record(name)?.status;
    return status === "ACTIVE" || status === "UPDATING";
  }

  /** A cluster made anew under an old name starts empty. */
  #forgetPredecessor({ name, createdAt }: ClusterRecord): void {
    const revisions = this.#world.collection<Revision>("kubernetes.revisions");
    const revision = revisions.get(name);
    if (revision?.createdAt === createdAt) return;
    if (revision) this.#forget(name);
    revisions.set(name, { revision: 0, createdAt });
  }

  #forget(name: string): void {
    const objects = this.#world.collection<ApiObject>(COLLECTIONS.kubernetesObjects);
    for (const key of objects.keys()) if (key.startsWith(`${name}/`)) objects.delete(key);
    this.#world.collection<Revision>("kubernetes.revisions").delete(name);
  }
}

const hostOf = (endpoint: string): string =>
  endpoint
    .replace(/^https:\/\//i, "")
    .replace(/[:/].*$/, "")
    .toLowerCase();
