import { mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { FunctionRecord } from "../../../lib/twin/aws/backends.ts";
import { deployAssembly } from "../../../lib/twin/aws/cloudformation/deploy-assembly.ts";
import {
  COLLECTIONS,
  type DnsRecord,
  type LoadBalancerRecord,
  type ZoneRecord,
} from "../../../lib/twin/world/records.ts";
import { type Fixture, makeAws, makeRole, REGION, ROOT, served } from "./fixture.ts";

let twin: Fixture;
beforeEach(() => {
  twin = makeAws();
});

interface Asked {
  readonly service: string;
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
}

/** A request as any client would sign it, answered as text. */
function ask(url: string, { service, path, method = "GET", body = "" }: Asked) {
  const { accessKeyId } = twin.aws.credentials(ROOT.roleArn, "s");
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261124/${REGION}/${service}/aws4_request`;
  return new Promise<{ status: number | undefined; headers: object; text: string }>((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers: { authorization } }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.on("error", reject).end(body);
  });
}

describe("Route 53", () => {
  beforeEach(() => {
    const zone: ZoneRecord = {
      id: "Z1",
      name: "strata.example",
      nameServers: ["ns-1.awsdns-1.org"],
      createdAt: 0,
      tags: {},
    };
    twin.world.collection<ZoneRecord>(COLLECTIONS.zones).set("Z1", zone);
    const record = (name: string, type: string, values: string[]): void => {
      const made: DnsRecord = { zoneId: "Z1", name, type, ttl: 300, values, insyncAt: 0 };
      twin.world.collection<DnsRecord>(COLLECTIONS.dnsRecords).set(`Z1/${name}/${type}/-`, made);
    };
    record("strata.example", "NS", ["ns-1.awsdns-1.org."]);
    record("*.strata.example", "A", ["192.0.2.1"]);
    record("a.strata.example", "TXT", ['"<x>"']);
  });

  it("answers zones and records in XML, names fully qualified", async () => {
    await served(twin.aws, async ({ url }) => {
      const zone = await ask(url, { service: "route53", path: "/2013-04-01/hostedzone/Z1" });
      expect(zone.text).toContain("<Name>strata.example.</Name>");
      expect(zone.text).toContain("<NameServers><NameServer>ns-1.awsdns-1.org</NameServer></NameServers>");
      const records = await ask(url, {
        service: "route53",
        path: "/2013-04-01/hostedzone/Z1/rrset?maxitems=2",
      });
      expect(records.text).toContain("<Name>\\052.strata.example.</Name>");
      expect(records.text).toContain(
        "<IsTruncated>true</IsTruncated><NextRecordName>a.strata.example.</NextRecordName>",
      );
      const none = await ask(url, { service: "route53", path: "/2013-04-01/hostedzone/Z2" });
      expect([none.status, none.text]).toEqual([
        404,
        expect.stringContaining("<Code>NoSuchHostedZone</Code>"),
      ]);
    });
  });
});

it("describes a load balancer as provisioning until it is active", async () => {
  const record: LoadBalancerRecord = {
    name: "ingress",
    arn: `arn:aws:elasticloadbalancing:${REGION}:111122223333:loadbalancer/net/ingress/1`,
    dnsName: "ingress.elb.amazonaws.com",
    hostedZoneId: "Z2",
    type: "network",
    scheme: "internet-facing",
    addresses: ["192.0.2.1"],
    activeAt: twin.clock.now() + 1000,
    tags: {},
  };
  twin.world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).set("ingress", record);
  const describeIt = () =>
    twin.aws.call(ROOT, "elasticloadbalancing", "DescribeLoadBalancers", { Names: ["ingress"] });
  expect(await describeIt()).toMatchObject({ LoadBalancers: [{ State: { Code: "provisioning" } }] });
  await twin.clock.runTo(record.activeAt);
  expect(await describeIt()).toMatchObject({ LoadBalancers: [{ State: { Code: "active" } }] });
  await expect(
    twin.aws.call(ROOT, "elasticloadbalancing", "DescribeLoadBalancers", { Names: ["x"] }),
  ).rejects.toMatchObject({
    code: "LoadBalancerNotFound",
  });
});

describe("KMS", () => {
  const arn = `arn:aws:kms:${REGION}:111122223333:key/k1`;
  const Plaintext = Buffer.from("secret").toString("base64");
  const EncryptionContext = { run: "r1" };
  beforeEach(() => {
    twin.world.collection(COLLECTIONS.kmsKeys).set("k1", { id: "k1", arn, enabled: true });
  });

  it("decrypts what it encrypted, in the same context only", async () => {
    const made = await twin.aws.call(ROOT, "kms", "Encrypt", { KeyId: arn, Plaintext, EncryptionContext });
    const { CiphertextBlob } = made as { CiphertextBlob: string };
    expect(await twin.aws.call(ROOT, "kms", "Decrypt", { CiphertextBlob, EncryptionContext })).toMatchObject({
      Plaintext,
    });
    await expect(twin.aws.call(ROOT, "kms", "Decrypt", { CiphertextBlob })).rejects.toMatchObject({
      code: "InvalidCiphertextException",
    });
  });

  it("refuses a disabled key and a role that may not use it", async () => {
    const role = { roleArn: makeRole(twin.world, "worker", []), sessionName: "s" };
    await expect(twin.aws.call(role, "kms", "Encrypt", { KeyId: "k1", Plaintext })).rejects.toMatchObject({
      code: "AccessDeniedException",
    });
    twin.world.collection(COLLECTIONS.kmsKeys).set("k1", { id: "k1", arn, enabled: false });
    await expect(twin.aws.call(ROOT, "kms", "Encrypt", { KeyId: "k1", Plaintext })).rejects.toMatchObject({
      code: "DisabledException",
    });
  });
});

it("finds parameters by name and by path", async () => {
  for (const name of ["/dev/a", "/dev/sub/b", "/prod/a"])
    twin.world
      .collection(COLLECTIONS.parameters)
      .set(name, { name, type: "String", value: name, version: 1, lastModified: 0 });
  const names = async (Recursive: boolean) => {
    const found = await twin.aws.call(ROOT, "ssm", "GetParametersByPath", { Path: "/dev", Recursive });
    return (found as { Parameters: { Name: string }[] }).Parameters.map(({ Name }) => Name);
  };
  expect(await names(false)).toEqual(["/dev/a"]);
  expect(await names(true)).toEqual(["/dev/a", "/dev/sub/b"]);
  await expect(twin.aws.call(ROOT, "ssm", "GetParameter", { Name: "/none" })).rejects.toMatchObject({
    code: "ParameterNotFound",
  });
});

it("lets time pass while a function is invoked over HTTP, and returns its payload", async () => {
  twin.world.collection<FunctionRecord>(COLLECTIONS.functions).set("f", {
    name: "f",
    arn: `arn:aws:lambda:${REGION}:111122223333:function:f`,
    roleArn: ROOT.roleArn,
    version: "3",
    codeDirectory: "",
    handler: "",
    timeoutSeconds: 3,
    memoryMegabytes: 128,
    environment: {},
  });
  twin.aws.connect({
    lambda: {
      invoke: async (_, payload) => {
        await twin.clock.sleep(2000);
        return { payload: { echo: payload }, functionError: "Unhandled" };
      },
    },
  });
  await served(twin.aws, async ({ url }) => {
    const before = twin.clock.now();
    const path = "/2015-03-31/functions/f/invocations";
    const asked = ask(url, { service: "lambda", path, method: "POST", body: '{"a":1}' });
    let answered = false;
    void asked.then(() => {
      answered = true;
    });
    // The clock has nothing to do until the request has arrived.
    while (!(await twin.clock.runUntil(() => answered)))
      await new Promise((resolve) => setTimeout(resolve, 1));
    const { status, headers, text } = await asked;
    expect([status, JSON.parse(text)]).toEqual([200, { echo: { a: 1 } }]);
    expect(headers).toMatchObject({ "x-amz-function-error": "Unhandled", "x-amz-executed-version": "3" });
    expect(twin.clock.now()).toBe(before + 2000);
  });
});

describe("a cloud assembly", () => {
  const write = (environment: string): string => {
    const directory = mkdtempSync(join(tmpdir(), "assembly-"));
    const json = (name: string, value: unknown) =>
      writeFileSync(join(directory, name), JSON.stringify(value));
    json("manifest.json", {
      artifacts: {
        dev: {
          type: "aws:cloudformation:stack",
          environment,
          properties: { templateFile: "dev.template.json" },
        },
        Tree: { type: "cdk:tree" },
      },
    });
    json("dev.template.json", {
      Resources: { B: { Type: "AWS::S3::Bucket", Properties: { BucketName: "b" } } },
    });
    return directory;
  };

  it("says where its stacks go, and deploys them there", async () => {
    const assembly = await deployAssembly(write("aws://222233334444/eu-west-1"));
    expect(assembly).toMatchObject({ accountId: "222233334444", region: "eu-west-1" });
    const [stack] = assembly.deploy(twin.world);
    expect(stack?.resources.B?.physicalId).toBe("b");
    expect(twin.world.collection(COLLECTIONS.buckets).get("b")).toMatchObject({ region: "eu-west-1" });
  });

  it("goes to the account of AWS's examples when it does not say where", async () => {
    const assembly = await deployAssembly(write("aws://unknown-account/unknown-region"));
    expect(assembly).toMatchObject({ accountId: "111122223333", region: "us-east-1" });
  });
});
