import type { Aws, Principal } from "../../../../lib/twin/aws/contract.ts";
import { AwsError } from "../../../../lib/twin/aws/contract.ts";
import { VirtualClock } from "../../../../lib/twin/clock.ts";
import type { ApiObject } from "../../../../lib/twin/kubernetes/api/api-object.ts";
import { KubernetesTwin } from "../../../../lib/twin/kubernetes/api/kubernetes-twin.ts";
import { type KubernetesResponse, SYSTEM_MASTERS } from "../../../../lib/twin/kubernetes/contract.ts";
import { startControllers } from "../../../../lib/twin/kubernetes/controllers/start.ts";
import type { Operation, ProviderContext } from "../../../../lib/twin/terraform/contract.ts";
import { addFault } from "../../../../lib/twin/world/faults.ts";
import {
  type AccessEntryRecord,
  type ClusterRecord,
  COLLECTIONS,
  type FaultRecord,
  type NodegroupRecord,
} from "../../../../lib/twin/world/records.ts";
import { type Json, World, type WorldSnapshot } from "../../../../lib/twin/world/world.ts";

const ROLE = "arn:aws:iam::111122223333:role/strata-apply";
const START = Date.UTC(2026, 10, 24, 8, 0, 0);

/** An ACTIVE cluster with controllers, three nodes and the four add-ons, and what a provider of a build gets. */
export class TestCluster {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly kubernetes: KubernetesTwin;
  readonly journal: Operation[] = [];
  readonly denied = new Set<string>();
  readonly context: ProviderContext;

  constructor(options: { faults?: FaultRecord[]; nodes?: number; resume?: WorldSnapshot } = {}) {
    this.clock = new VirtualClock(options.resume?.now ?? START);
    this.world = new World(this.clock, 7);
    for (const fault of options.faults ?? []) addFault(this.world, fault);
    const aws = this.#aws();
    this.kubernetes = new KubernetesTwin({ world: this.world, aws });
    const authorities = {
      publicRoot: "-----BEGIN CERTIFICATE-----\nroot\n-----END CERTIFICATE-----\n",
      issue: async ({ authority, dnsNames }: { authority: string; dnsNames: readonly string[] }) => ({
        chain: `chain of ${authority} for ${dnsNames.join()}`,
        privateKey: "key",
        serial: "01",
      }),
    };
    startControllers({ world: this.world, kubernetes: this.kubernetes, aws, authorities, latencyScale: 1 });
    this.world.collection<ClusterRecord>(COLLECTIONS.clusters).set("demo", CLUSTER);
    this.world.collection<AccessEntryRecord>(COLLECTIONS.accessEntries).set(`demo/${ROLE}`, {
      clusterName: "demo",
      principalArn: ROLE,
      username: ROLE,
      kubernetesGroups: ["system:masters"],
      policies: [],
    });
    this.context = {
      world: this.world,
      aws,
      kubernetes: this.kubernetes,
      principal: { roleArn: ROLE, sessionName: "build" },
      configuration: { host: CLUSTER.endpoint, kubernetes: { host: CLUSTER.endpoint } },
      region: "eu-central-1",
      record: (operation) => this.journal.push(operation),
    };
    if (options.resume) {
      this.world.restore(options.resume);
      return;
    }
    if (options.nodes !== 0) this.joinNodes(options.nodes ?? 3);
    for (const addon of ["vpc-cni", "kube-proxy", "coredns", "aws-ebs-csi-driver"])
      this.world.emit("eks.addon.active", { cluster: "demo", addon });
  }

  #aws(): Aws {
    const refuse = (): never => {
      throw new Error("not part of this test");
    };
    return {
      accountId: "111122223333",
      region: "eu-central-1",
      call: refuse,
      credentials: refuse,
      whoIs: () => undefined,
      authorize: (principal: Principal, action: string, resource: string) => {
        if (this.denied.has(action))
          throw new AwsError(
            "AccessDeniedException",
            `User: ${principal.roleArn} is not authorized to perform: ${action} on resource: ${resource}`,
          );
      },
    };
  }

  joinNodes(count: number): void {
    this.world.collection<NodegroupRecord>(COLLECTIONS.nodegroups).set("demo/general", nodegroup(count));
    this.world.emit("eks.nodes.joined", { cluster: "demo", nodegroup: "general" });
  }

  request(
    method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
    path: string,
    body?: Json,
  ): KubernetesResponse {
    return this.kubernetes.cluster("demo").handle({
      user: SYSTEM_MASTERS,
      method,
      path,
      ...(body === undefined ? {} : { body }),
      ...(method === "PATCH" ? { contentType: "application/merge-patch+json" } : {}),
    });
  }

  create(path: string, body: Json): ApiObject {
    const { status, body: answer } = this.request("POST", path, body);
    if (status >= 400) throw new Error(JSON.stringify(answer));
    return answer as unknown as ApiObject;
  }

  get<T = ApiObject>(path: string): T | undefined {
    const { status, body } = this.request("GET", path);
    return status === 200 ? (body as unknown as T) : undefined;
  }

  list(path: string): ApiObject[] {
    return (this.get<{ items: ApiObject[] }>(path)?.items ?? []) as ApiObject[];
  }

  async after(seconds: number): Promise<void> {
    await this.clock.runTo(this.clock.now() + seconds * 1000);
  }
}

const CLUSTER: ClusterRecord = {
  name: "demo",
  arn: "arn:aws:eks:eu-central-1:111122223333:cluster/demo",
  version: "1.35",
  status: "ACTIVE",
  endpoint: "https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com",
  certificateAuthority: "",
  oidcIssuer: "https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF",
  createdAt: START,
  endpointPublicAccess: false,
  endpointPrivateAccess: true,
  publicAccessCidrs: [],
  authenticationMode: "API",
  healthIssues: [],
  tags: {},
  configuration: {},
};

const nodegroup = (desiredSize: number): NodegroupRecord => ({
  clusterName: "demo",
  name: "general",
  arn: "arn:aws:eks:eu-central-1:111122223333:nodegroup/demo/general/1",
  status: "ACTIVE",
  version: "1.35",
  amiType: "BOTTLEROCKET_x86_64",
  scaling: { minSize: 1, maxSize: 6, desiredSize },
  instanceTypes: ["m6i.large"],
  subnets: [],
  healthIssues: [],
  createdAt: START,
  tags: {},
});
