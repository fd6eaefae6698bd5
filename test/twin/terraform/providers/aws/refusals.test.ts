import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AWS_COLLECTIONS } from "../../../../../lib/twin/aws/collections.ts";
import { awsProvider } from "../../../../../lib/twin/terraform/providers/aws/provider.ts";
import { COLLECTIONS, type RoleRecord } from "../../../../../lib/twin/world/records.ts";
import { emptyWorld, openWorkshop, type Workshop } from "../../workshop.ts";
import { network, PROVIDER, role } from "./layers.ts";

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop([awsProvider]);
});
afterEach(() => workshop.close());

/** Terraform wraps its messages; the words are what matters. */
const words = (text: string): string => text.replace(/[\s│╷╵]+/g, " ");

const ZONE = `${PROVIDER}
resource "aws_route53_zone" "this" {
  name = "dev.example.com"
}
`;

describe("permissions", () => {
  const builder = (actions: string[]): RoleRecord => ({
    name: "dev-apply",
    arn: "arn:aws:iam::111122223333:role/dev-apply",
    assumeRolePolicy: {},
    policies: {
      build: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] },
    },
    tags: {},
    controlPlane: true,
  });
  const act = (actions: string[]): void => {
    const record = builder(actions);
    workshop.world.collection<RoleRecord>(COLLECTIONS.roles).set(record.name, record);
    workshop.principal = { roleArn: record.arn, sessionName: "AWSCodeBuild-1" };
  };

  it("are asked for each action that the type needs, in AWS's words when one is missing", async () => {
    workshop.write(`${PROVIDER}${network()}`);
    act(["ec2:CreateVpc", "ec2:Describe*", "ec2:ModifyVpcAttribute"]);
    const { exitCode, stderr } = await workshop.apply();
    expect(exitCode).toBe(1);
    expect(words(stderr)).toMatch(
      /creating EC2 VPC \(aws_vpc\): operation error EC2: CreateTags, https response error StatusCode: 403, RequestID: [0-9a-f-]{36}, api error UnauthorizedOperation: User: arn:aws:sts::111122223333:assumed-role\/dev-apply\/AWSCodeBuild-1 is not authorized to perform: ec2:CreateTags on resource:/,
    );
    expect(workshop.world.collection(COLLECTIONS.resources).keys()).toEqual([]);
  });

  it("are enough when every action is allowed, and needed again to read", async () => {
    workshop.write(`${PROVIDER}${network()}`);
    act(["ec2:*"]);
    expect((await workshop.apply()).exitCode).toBe(0);
    act(["ec2:Create*"]);
    const { exitCode, stderr } = await workshop.plan();
    expect(exitCode).toBe(1);
    expect(words(stderr)).toMatch(
      /reading EC2 VPC \(vpc-0[0-9a-f]{16}\).*not authorized to perform: ec2:Describe/,
    );
  });

  it("are asked for data sources too", async () => {
    workshop.write(
      `${PROVIDER}data "aws_availability_zones" "this" {}\noutput "a" { value = data.aws_availability_zones.this.names }`,
    );
    act(["sts:GetCallerIdentity"]);
    expect(words((await workshop.plan()).stderr)).toContain(
      "not authorized to perform: ec2:DescribeAvailabilityZones",
    );
    act(["ec2:DescribeAvailabilityZones"]);
    expect((await workshop.plan()).exitCode).toBe(2);
  });
});

describe("creating what exists", () => {
  it("fails with the service's own error for a role, a bucket and a log group", async () => {
    const layer = `${PROVIDER}${role("cluster")}
resource "aws_s3_bucket" "this" { bucket = "dev-backups" }
resource "aws_cloudwatch_log_group" "this" { name = "/dev" }
`;
    workshop.write(layer);
    expect((await workshop.apply()).exitCode).toBe(0);
    const other = await openWorkshop([awsProvider], workshop.world);
    other.write(layer);
    const stderr = words((await other.apply()).stderr);
    other.close();
    expect(stderr).toContain("EntityAlreadyExists: Role with name dev-cluster already exists.");
    expect(stderr).toContain("StatusCode: 409");
    expect(stderr).toContain("BucketAlreadyOwnedByYou");
    expect(stderr).toContain("ResourceAlreadyExistsException: The specified log group already exists");
  });

  it("fails for a subnet that overlaps another or lies outside its VPC", async () => {
    workshop.write(`${PROVIDER}${network({ cidr: "10.0.40.0/21" })}`);
    expect(words((await workshop.apply()).stderr)).toMatch(
      /InvalidSubnet.Conflict: The CIDR '10.0.(40|32).0\/2[01]' conflicts with another subnet/,
    );
    workshop.write(`${PROVIDER}${network({ cidr: "10.1.0.0/20" })}`);
    expect(words((await workshop.apply()).stderr)).toContain(
      "InvalidSubnet.Range: The CIDR '10.1.0.0/20' is invalid.",
    );
  });

  it("fails for a managed policy that AWS does not have", async () => {
    workshop.write(`${PROVIDER}${role("nodes", "ec2")}
resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.nodes.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicyy"
}`);
    expect(words((await workshop.apply()).stderr)).toContain(
      "NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicyy does not exist or is not attachable.",
    );
  });
});

describe("a permissions boundary", () => {
  it("must exist, and then bounds the role in the world", async () => {
    const arn = "arn:aws:iam::111122223333:policy/dev-platform-boundary";
    workshop.write(`${PROVIDER}
resource "aws_iam_role" "this" {
  name                 = "dev-velero"
  permissions_boundary = "${arn}"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}`);
    expect(words((await workshop.apply()).stderr)).toContain(
      `NoSuchEntity: Scope ARN: ${arn} does not exist`,
    );
    const boundary = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
    };
    workshop.world.collection(AWS_COLLECTIONS.managedPolicies).set(arn, boundary);
    expect((await workshop.apply()).exitCode).toBe(0);
    const record = workshop.world.collection<RoleRecord>(COLLECTIONS.roles).get("dev-velero");
    expect(record?.permissionsBoundary).toEqual(boundary);
  });
});

describe("deleting what is in use", () => {
  it("fails for a zone that still has records of somebody else", async () => {
    workshop.write(ZONE);
    await workshop.apply();
    const zoneId = String(workshop.attributes("aws_route53_zone.this").zone_id);
    const record = {
      zoneId,
      name: "_acme-challenge.dev.example.com",
      type: "TXT",
      ttl: 60,
      values: ['"x"'],
      insyncAt: 0,
    };
    workshop.world.collection(COLLECTIONS.dnsRecords).set(`${zoneId}/${record.name}/TXT/-`, record);
    const refused = await workshop.run("destroy", "-auto-approve");
    expect(refused.exitCode).toBe(1);
    expect(words(refused.stderr)).toContain("HostedZoneNotEmpty");
    workshop.world.collection(COLLECTIONS.dnsRecords).delete(`${zoneId}/${record.name}/TXT/-`);
    expect((await workshop.run("destroy", "-auto-approve")).exitCode).toBe(0);
  });

  it("fails for a bucket with objects unless it may be emptied", async () => {
    const bucket = (force: boolean) =>
      `${PROVIDER}resource "aws_s3_bucket" "this" {\n  bucket = "dev-backups"\n  force_destroy = ${force}\n}`;
    workshop.write(bucket(false));
    await workshop.apply();
    workshop.world.collection(COLLECTIONS.objects).set("dev-backups/a", []);
    expect(words((await workshop.run("destroy", "-auto-approve")).stderr)).toContain("BucketNotEmpty");
    workshop.write(bucket(true));
    await workshop.apply();
    expect((await workshop.run("destroy", "-auto-approve")).exitCode).toBe(0);
    expect(workshop.world.collection(COLLECTIONS.objects).keys()).toEqual([]);
  });

  it("fails for a VPC in which something is left that terraform does not know", async () => {
    workshop.write(`${PROVIDER}${network()}`);
    await workshop.apply();
    const vpc = String(workshop.attributes("aws_vpc.this").id);
    const left = {
      type: "aws_security_group",
      id: "sg-1",
      attributes: { id: "sg-1", vpc_id: vpc, name: "k8s-elb" },
    };
    workshop.world.collection(COLLECTIONS.resources).set("aws_security_group/sg-1", left);
    const { stderr } = await workshop.run("destroy", "-auto-approve");
    expect(words(stderr)).toContain(
      `DependencyViolation: The vpc '${vpc}' has dependencies and cannot be deleted.`,
    );
  });
});

describe("an operation that is never allowed to begin", () => {
  it("fails with the reason and changes nothing", async () => {
    workshop.write(ZONE);
    workshop.beforeOperation = () => Promise.reject(new Error("the build lost its container"));
    const { exitCode, stderr } = await workshop.apply();
    expect(exitCode).toBe(1);
    expect(words(stderr)).toContain("the build lost its container");
    expect(workshop.world.save().collections).toEqual(emptyWorld().save().collections);
  });
});
