import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsProvider } from "../../../../../lib/twin/terraform/providers/aws/provider.ts";
import { COLLECTIONS, type RoleRecord } from "../../../../../lib/twin/world/records.ts";
import { openWorkshop, type Workshop } from "../../workshop.ts";
import { network, PROVIDER, role } from "./layers.ts";

/** One layer from its first plan to its end; the tests follow one another. */
describe("a layer of AWS resources", () => {
  let workshop: Workshop;
  const layer = (options: Parameters<typeof network>[0] = {}): string =>
    `${PROVIDER}${network(options)}${role("nodes", "ec2")}
resource "aws_iam_role_policy_attachment" "nodes" {
  role       = aws_iam_role.nodes.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
}
output "vpc" { value = aws_vpc.this.id }
`;

  beforeAll(async () => {
    workshop = await openWorkshop([awsProvider]);
  });
  afterAll(() => workshop.close());

  it("rejects an attribute that the real provider does not have", async () => {
    workshop.write(`${PROVIDER}resource "aws_vpc" "this" { cidr = "10.0.0.0/16" }`);
    const { exitCode, stderr } = await workshop.run("validate");
    expect(exitCode).toBe(1);
    expect(stderr).toContain('An argument named "cidr" is not expected here');
  });

  it("rejects values that the provider's own rules refuse", async () => {
    workshop.write(`${PROVIDER}resource "aws_vpc" "this" { cidr_block = "10.0.0.1/16" }`);
    const { exitCode, stderr } = await workshop.run("validate");
    expect(exitCode).toBe(1);
    expect(stderr).toContain('"10.0.0.1/16" is not a valid IPv4 CIDR block');
  });

  it("plans what is not known yet as unknown", async () => {
    workshop.write(layer());
    const { exitCode, stdout } = await workshop.plan("-out=first");
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/aws_subnet.a will be created[\s\S]*vpc_id\s+= \(known after apply\)/);
    expect(stdout).toMatch(/enable_dns_support\s+= true/);
    expect(stdout).toContain("5 to add, 0 to change, 0 to destroy");
  });

  it("applies the saved plan", async () => {
    const { exitCode, stderr } = await workshop.run("apply", "first");
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(workshop.attributes("aws_vpc.this")).toMatchObject({
      arn: expect.stringMatching(/^arn:aws:ec2:us-east-1:111122223333:vpc\/vpc-0[0-9a-f]{16}$/),
      instance_tenancy: "default",
      region: "us-east-1",
      tags: { Name: "dev" },
      tags_all: { Name: "dev", "strata:environment": "dev" },
    });
    expect(workshop.journal.map(({ action, type }) => `${action} ${type}`)).toContain("create aws_subnet");
  });

  it("leaves the role with its policies in the world", () => {
    const record = workshop.world.collection<RoleRecord>(COLLECTIONS.roles).get("dev-nodes");
    expect(record?.tags).toEqual({ "strata:environment": "dev" });
    expect(Object.keys(record?.policies ?? {})).toEqual([
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
    ]);
  });

  it("finds nothing to change afterwards", async () => {
    const { exitCode, stdout } = await workshop.plan();
    expect(stdout).toContain("No changes");
    expect(exitCode).toBe(0);
  });

  it("changes a tag in place", async () => {
    workshop.write(layer({ name: "renamed" }));
    const before = workshop.attributes("aws_vpc.this").id;
    const { stdout } = await workshop.apply();
    expect(stdout).toContain("0 added, 1 changed, 0 destroyed");
    expect(workshop.attributes("aws_vpc.this")).toMatchObject({ id: before, tags: { Name: "renamed" } });
  });

  it("replaces a subnet whose range changes", async () => {
    workshop.write(layer({ name: "renamed", cidr: "10.0.64.0/20" }));
    const before = workshop.attributes("aws_subnet.a").id;
    const planned = await workshop.plan();
    expect(planned.stdout).toMatch(/cidr_block\s+= "10.0.0.0\/20" -> "10.0.64.0\/20" # forces replacement/);
    await workshop.apply();
    expect(workshop.attributes("aws_subnet.a").id).not.toBe(before);
  });

  it("destroys everything, children first", async () => {
    const from = workshop.journal.length;
    const { exitCode, stdout } = await workshop.run("destroy", "-auto-approve");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("5 destroyed");
    expect(workshop.journal.slice(from).at(-1)?.type).toMatch(/^aws_(vpc|iam_role)$/);
    expect(workshop.world.collection(COLLECTIONS.resources).keys()).toEqual([]);
    expect(workshop.world.collection(COLLECTIONS.roles).keys()).toEqual([]);
  });
});

describe("identifiers", () => {
  it("are the same for the same world and configuration, whatever the order of creation", async () => {
    const idsOf = async (parallelism: number): Promise<unknown[]> => {
      const workshop = await openWorkshop([awsProvider]);
      workshop.write(`${PROVIDER}${network()}`);
      await workshop.apply(`-parallelism=${parallelism}`);
      const ids = ["aws_vpc.this", "aws_subnet.a", "aws_subnet.b"].map(
        (address) => workshop.attributes(address).id,
      );
      workshop.close();
      return ids;
    };
    const [one, ten] = [await idsOf(1), await idsOf(10)];
    expect(one).toEqual(ten);
    expect(new Set(one).size).toBe(3);
  });
});
