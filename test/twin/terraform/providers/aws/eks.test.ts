import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VirtualClock } from "../../../../../lib/twin/clock.ts";
import { schedule } from "../../../../../lib/twin/terraform/critical-path.ts";
import { awsProvider } from "../../../../../lib/twin/terraform/providers/aws/provider.ts";
import { addFault } from "../../../../../lib/twin/world/faults.ts";
import {
  type AccessEntryRecord,
  type AddonRecord,
  type ClusterRecord,
  COLLECTIONS,
  type NodegroupRecord,
} from "../../../../../lib/twin/world/records.ts";
import { openWorkshop, type Workshop } from "../../workshop.ts";
import { eks, nodes } from "./layers.ts";

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop([awsProvider]);
});
afterEach(() => workshop.close());

const words = (text: string): string => text.replace(/[\s│╷╵]+/g, " ");
const cluster = (): ClusterRecord | undefined =>
  workshop.world.collection<ClusterRecord>(COLLECTIONS.clusters).get("dev");
const group = (): NodegroupRecord | undefined =>
  workshop.world.collection<NodegroupRecord>(COLLECTIONS.nodegroups).get("dev/general");

const ADDON = `
resource "aws_eks_addon" "cni" {
  cluster_name = aws_eks_cluster.this.name
  addon_name   = "vpc-cni"
  configuration_values = jsonencode({ enableNetworkPolicy = "true" })
}
`;

const ACCESS = `
resource "aws_eks_access_entry" "reader" {
  cluster_name      = aws_eks_cluster.this.name
  principal_arn     = "arn:aws:iam::111122223333:role/ops/reader"
  kubernetes_groups = ["strata:validators"]
}
resource "aws_eks_access_policy_association" "reader" {
  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.reader.principal_arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
  access_scope {
    type       = "namespace"
    namespaces = ["app"]
  }
}
`;

/** What the build's runner does once the order of the apply is known. */
function settle(): number {
  const { journal, world } = workshop;
  const { operations, totalMilliseconds } = schedule(journal, undefined, workshop.state());
  const now = world.clock.now();
  for (const [index, { startsAt, endsAt }] of operations.entries())
    journal[index]?.settle?.(now + startsAt, now + endsAt);
  return totalMilliseconds;
}

describe("a cluster", () => {
  it("becomes active with its nodes and add-ons when their operations end", async () => {
    workshop.write(eks() + ADDON + nodes());
    const joined: unknown[] = [];
    workshop.world.on("eks.nodes.joined", (data) => joined.push([data, workshop.world.clock.now()]));
    expect((await workshop.apply()).stderr).toBe("");
    expect([cluster()?.status, group()?.status]).toEqual(["CREATING", "CREATING"]);
    const began = workshop.world.clock.now();
    const total = settle();
    // VPC 13 s, subnets 1 s, cluster 560 s, nodes 120 s.
    expect(total).toBe(694_000);
    const clock = workshop.world.clock as VirtualClock;
    await clock.runTo(began + 574_000);
    expect([cluster()?.status, group()?.status]).toEqual(["ACTIVE", "CREATING"]);
    await clock.runTo(began + total);
    expect(group()?.status).toBe("ACTIVE");
    expect(joined).toEqual([[{ cluster: "dev", nodegroup: "general" }, began + total]]);
    const addon = workshop.world.collection<AddonRecord>(COLLECTIONS.addons).get("dev/vpc-cni");
    expect(addon).toMatchObject({ status: "ACTIVE", version: expect.stringMatching(/^v\d.*-eksbuild\.\d$/) });
    expect((await workshop.plan()).exitCode).toBe(0);
  });

  it("has an authority, an endpoint and an issuer that the state and the world agree on", async () => {
    workshop.write(eks({ open: false }));
    await workshop.apply();
    const state = workshop.attributes("aws_eks_cluster.this");
    expect(state).toMatchObject({
      endpoint: cluster()?.endpoint,
      certificate_authority: [{ data: cluster()?.certificateAuthority }],
      identity: [{ oidc: [{ issuer: cluster()?.oidcIssuer }] }],
      kubernetes_network_config: [{ service_ipv4_cidr: "172.20.0.0/16" }],
    });
    expect(Buffer.from(cluster()?.certificateAuthority ?? "", "base64").toString()).toMatch(
      /^-----BEGIN CERTIFICATE/,
    );
    expect(cluster()).toMatchObject({ endpointPublicAccess: false, publicAccessCidrs: [] });
  });

  it("opens its endpoint in place", async () => {
    workshop.write(eks({ open: false }));
    await workshop.apply();
    workshop.write(eks({ open: true }));
    const { stdout } = await workshop.apply();
    expect(stdout).toContain("0 added, 1 changed, 0 destroyed");
    expect(cluster()).toMatchObject({ endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] });
    expect((await workshop.plan()).exitCode).toBe(0);
  });

  it("is upgraded by one minor version at a time", async () => {
    workshop.write(eks({ version: "1.33" }));
    await workshop.apply();
    workshop.write(eks({ version: "1.35" }));
    expect(words((await workshop.apply()).stderr)).toContain(
      "Unsupported Kubernetes minor version update from 1.33 to 1.35",
    );
    workshop.write(eks({ version: "1.34" }));
    await workshop.apply();
    expect(cluster()?.version).toBe("1.34");
    expect(workshop.journal.at(-1)).toMatchObject({ action: "update", lastsMilliseconds: 600_000 });
  });

  it("lets in whom its access entries name, as they say", async () => {
    workshop.write(eks() + ACCESS);
    expect((await workshop.apply()).stderr).toBe("");
    const entries = workshop.world.collection<AccessEntryRecord>(COLLECTIONS.accessEntries);
    expect(entries.values()).toEqual([
      {
        clusterName: "dev",
        principalArn: "arn:aws:iam::111122223333:role/ops/reader",
        username: "arn:aws:sts::111122223333:assumed-role/reader/{{SessionName}}",
        kubernetesGroups: ["strata:validators"],
        policies: [
          {
            policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
            scope: { type: "namespace", namespaces: ["app"] },
          },
        ],
      },
    ]);
    expect((await workshop.plan()).exitCode).toBe(0);
    entries.update("dev/arn:aws:iam::111122223333:role/ops/reader", (record) => ({
      ...record,
      policies: [],
    }));
    expect((await workshop.plan()).stdout).toContain(
      "aws_eks_access_policy_association.reader will be created",
    );
  });
});

describe("faults", () => {
  it("fails a cluster that never becomes active after half an hour and leaves it tainted", async () => {
    addFault(workshop.world, { kind: "cluster-never-active" });
    workshop.write(eks());
    const { exitCode, stderr } = await workshop.apply();
    expect(exitCode).toBe(1);
    expect(words(stderr)).toContain(
      "waiting for EKS Cluster (dev) create: timeout while waiting for state to become 'ACTIVE' (last state: 'CREATING', timeout: 30m0s)",
    );
    expect(workshop.journal.at(-1)).toMatchObject({ type: "aws_eks_cluster", lastsMilliseconds: 1_800_000 });
    expect((await workshop.plan()).stdout).toContain("aws_eks_cluster.this is tainted, so must be replaced");
  });

  it("fails a node group whose instances do not join", async () => {
    addFault(workshop.world, { kind: "node-group-fails", nodegroup: "general", remaining: 1 });
    workshop.write(eks() + nodes());
    const { stderr } = await workshop.apply();
    expect(words(stderr)).toMatch(
      /waiting for EKS Node Group \(dev:general\) create: unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: i-0[0-9a-f]{16}, i-0[0-9a-f]{16}: NodeCreationFailure: Instances failed to join the kubernetes cluster/,
    );
    expect(group()).toMatchObject({
      status: "CREATE_FAILED",
      healthIssues: [{ code: "NodeCreationFailure" }],
    });
    const failed = workshop.journal.find(({ type }) => type === "aws_eks_node_group");
    expect(failed?.lastsMilliseconds).toBeGreaterThanOrEqual(20 * 60_000);
    expect((await workshop.apply()).stdout).toContain("1 added, 0 changed, 1 destroyed");
    expect(group()?.status).toBe("CREATING");
  });

  it("refuses a resource with the error that the fault names, as often as it says", async () => {
    addFault(workshop.world, {
      kind: "resource-fails",
      type: "aws_eks_cluster",
      code: "ServiceQuotaExceededException",
      message: "Cluster quota exceeded",
      remaining: 1,
    });
    workshop.write(eks());
    expect(words((await workshop.apply()).stderr)).toContain(
      "creating EKS Cluster (dev): operation error EKS: CreateCluster, https response error StatusCode: 400",
    );
    expect(cluster()).toBeUndefined();
    expect((await workshop.apply()).exitCode).toBe(0);
  });
});
