import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EchoProviders, serveEchoProviders } from "./echo-providers.ts";
import { ANSWERS, CONTROL_PLANE, ROLE, VARIABLES } from "./environment.ts";
import { LayersOnDisk, type PlannedResource, type Variables, valueAt } from "./planned-layer.ts";
import { standOn } from "./stand-on.ts";

let providers: EchoProviders;
/** The version of a cluster that is there already. */
let running: string | undefined;
/** Where foundation is applied. */
let layers: LayersOnDisk;
/** Where nothing is. */
let fresh: LayersOnDisk;

beforeAll(async () => {
  providers = await serveEchoProviders({
    ...ANSWERS,
    aws_eks_clusters: () => ({ names: running ? ["another", "demo"] : [] }),
    aws_eks_cluster: () => ({ version: running ?? "" }),
  });
  layers = new LayersOnDisk(providers);
  fresh = new LayersOnDisk(providers);
  await standOn(layers, "foundation");
});
afterAll(() => {
  providers.close();
  layers.remove();
  fresh.remove();
});

const plan = async (directory: string, changes: Variables = {}): Promise<PlannedResource[]> => {
  const where = directory === "foundation" ? fresh : layers;
  const planned = await where.plan(directory, { ...VARIABLES[directory], ...changes });
  if (typeof planned === "string") throw new Error(planned);
  return planned;
};
const ofType = (resources: readonly PlannedResource[], type: string): PlannedResource[] =>
  resources.filter((resource) => resource.type === type);

describe("foundation", () => {
  it("keeps its subnets apart", async () => {
    const ranges = ofType(await plan("foundation"), "aws_subnet").map(({ values }) => values.cidr_block);
    expect(new Set(ranges).size).toBe(9);
    expect(ranges.sort()).toEqual([
      "10.32.0.0/19",
      "10.32.100.0/22",
      "10.32.104.0/22",
      "10.32.112.0/24",
      "10.32.113.0/24",
      "10.32.114.0/24",
      "10.32.32.0/19",
      "10.32.64.0/19",
      "10.32.96.0/22",
    ]);
  });

  it("peers a private endpoint, with routes both ways", async () => {
    const planned = await plan("foundation");
    const [cluster] = ofType(planned, "aws_eks_cluster");
    expect(valueAt(cluster, "vpc_config", 0)).toMatchObject({ endpoint_public_access: false });
    expect(ofType(planned, "aws_vpc_peering_connection")).toHaveLength(1);
    expect(ofType(planned, "aws_vpc_security_group_ingress_rule")).toHaveLength(1);
    const peered = planned.filter(({ address }) =>
      /intra_to_control_plane|control_plane_to_cluster/.test(address),
    );
    expect(peered).toHaveLength(3);
  });

  it("opens a public endpoint to the control plane's address and those named", async () => {
    const planned = await plan("foundation", {
      endpoint_mode: "public-restricted",
      public_access_cidrs: ["203.0.113.0/24"],
    });
    const [cluster] = ofType(planned, "aws_eks_cluster");
    expect(valueAt(cluster, "vpc_config", 0, "public_access_cidrs")).toEqual([
      "198.51.100.7/32",
      "203.0.113.0/24",
    ]);
    expect(ofType(planned, "aws_vpc_peering_connection")).toHaveLength(0);
  });

  it("gives each principal one access entry", async () => {
    const planned = await plan("foundation", { operators: [`${ROLE}/apply`, `${ROLE}/people`] });
    const entries = ofType(planned, "aws_eks_access_entry");
    expect(
      entries.map(({ values }) => [values.principal_arn, values.kubernetes_groups ?? []]).sort(),
    ).toEqual([
      [`${ROLE}/apply`, []],
      [`${ROLE}/people`, []],
      [`${ROLE}/plan`, ["strata:planners"]],
      [`${ROLE}/validate`, ["strata:validators"]],
    ]);
  });

  it("has one way out, or one for each zone", async () => {
    expect(ofType(await plan("foundation"), "aws_nat_gateway")).toHaveLength(1);
    expect(ofType(await plan("foundation", { nat_per_zone: true }), "aws_nat_gateway")).toHaveLength(3);
  });

  it.each([
    [
      "a range that overlaps the control plane's",
      { vpc_cidr: "10.255.0.0/16" },
      /overlaps the control plane/,
    ],
    [
      "addresses for a private endpoint",
      { public_access_cidrs: ["203.0.113.0/24"] },
      /has no public address/,
    ],
    ["an operator who also plans", { operators: [`${ROLE}/plan`] }, /cannot be an operator/],
    [
      "two zones for three NAT gateways",
      { zones: ["eu-central-1a", "eu-central-1b"], nat_per_zone: true },
      /three different availability zones \(2 given\).*Add one, or leave zones out/,
    ],
    [
      "a version that EKS does not offer",
      { kubernetes_version: "1.99" },
      /1\.99 is not offered by EKS in eu-central-1: choose one of 1\.34, 1\.35, 1\.36/,
    ],
    [
      "a control plane of another account",
      { control_plane: { ...CONTROL_PLANE, account_id: "444455556666" } },
      /within one account/,
    ],
  ])("refuses %s", async (_, changes, complaint) => {
    const planned = await fresh.plan("foundation", { ...VARIABLES.foundation, ...changes });
    expect(String(planned).replace(/\s*│\s*|\s+/g, " ")).toMatch(complaint);
  });
});

describe("an upgrade", () => {
  it.each([
    ["a minor that is skipped", "1.34", "1.36", /runs 1\.34, so set kubernetes_version to 1\.35 first/],
    ["a way back", "1.36", "1.35", /older than what the cluster runs \(1\.36\).*set it to 1\.36/],
  ])("is refused for %s", async (_, from, to, complaint) => {
    running = from;
    const planned = await fresh.plan("foundation", { ...VARIABLES.foundation, kubernetes_version: to });
    running = undefined;
    expect(String(planned).replace(/\s*│\s*|\s+/g, " ")).toMatch(complaint);
  });
});

describe("platform/step03", () => {
  it("points every host to the load balancer of the ingress", async () => {
    const records = ofType(await plan("platform/step03"), "aws_route53_record");
    expect(records.map(({ values }) => values.name).sort()).toEqual([
      "app.demo.example.com",
      "grafana.demo.example.com",
    ]);
  });

  it.each([
    ["http01", { ingress: { ingressClassName: "nginx" } }],
    ["dns01", { route53: expect.objectContaining({ region: "eu-central-1" }) }],
  ])("answers challenges by %s", async (challenge, solver) => {
    const planned = await plan("platform/step03", { challenge });
    const issuers = ofType(planned, "kubernetes_manifest").filter(({ address }) => /issuers/.test(address));
    expect(issuers).toHaveLength(2);
    for (const issuer of issuers)
      expect(valueAt(issuer, "manifest", "spec", "acme", "solvers", 0, challenge)).toEqual(solver);
  });
});
