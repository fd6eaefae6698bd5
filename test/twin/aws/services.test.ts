import { once } from "node:events";
import { request } from "node:http";
import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  StopBuildCommand,
} from "@aws-sdk/client-codebuild";
import {
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListAddonsCommand,
  ListInsightsCommand,
  ListNodegroupsCommand,
} from "@aws-sdk/client-eks";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListStateMachinesCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { ListTopicsCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BuildRecord, ProjectRecord, StateMachineRecord } from "../../../lib/twin/aws/backends.ts";
import {
  AWS_COLLECTIONS,
  type NotificationRecord,
  type TopicRecord,
} from "../../../lib/twin/aws/collections.ts";
import type { AwsServer } from "../../../lib/twin/aws/contract.ts";
import { serve } from "../../../lib/twin/aws/serve.ts";
import { addFault } from "../../../lib/twin/world/faults.ts";
import {
  type AccessEntryRecord,
  type AddonRecord,
  type ClusterRecord,
  COLLECTIONS,
  type NodegroupRecord,
} from "../../../lib/twin/world/records.ts";
import { clientOptions, type Fixture, makeAws, makeRole, ROOT } from "./fixture.ts";

let twin: Fixture;
let server: AwsServer;
beforeEach(async () => {
  twin = makeAws();
  server = await serve(twin.aws);
});
afterEach(() => server.close());

describe("SNS", () => {
  const TopicArn = "arn:aws:sns:eu-central-1:111122223333:events";
  beforeEach(() => {
    twin.world
      .collection<TopicRecord>(AWS_COLLECTIONS.topics)
      .set(TopicArn, { arn: TopicArn, name: "events", displayName: "" });
  });

  it("keeps what is published, with attributes and time", async () => {
    const sns = new SNSClient(clientOptions(twin.aws, server));
    const { MessageId } = await sns.send(
      new PublishCommand({
        TopicArn,
        Subject: "done",
        Message: "a & b <c>",
        MessageAttributes: { event: { DataType: "String", StringValue: "run-succeeded" } },
      }),
    );
    const records = twin.world.collection<NotificationRecord>(COLLECTIONS.notifications).values();
    expect(records).toEqual([
      {
        messageId: MessageId,
        topicArn: TopicArn,
        subject: "done",
        message: "a & b <c>",
        messageAttributes: { event: { type: "String", value: "run-succeeded" } },
        at: twin.clock.now(),
      },
    ]);
    expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
  });

  it("refuses with SNS's own error, and unknown topics", async () => {
    const role = makeRole(twin.world, "worker", []);
    const sns = new SNSClient(clientOptions(twin.aws, server, role));
    await expect(sns.send(new PublishCommand({ TopicArn, Message: "m" }))).rejects.toMatchObject({
      name: "AuthorizationErrorException",
      message: expect.stringContaining(`not authorized to perform: SNS:Publish on resource: ${TopicArn}`),
    });
    const root = new SNSClient(clientOptions(twin.aws, server));
    await expect(
      root.send(new PublishCommand({ TopicArn: `${TopicArn}x`, Message: "m" })),
    ).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });

  it("answers 501 for an operation that is not modelled", async () => {
    const sns = new SNSClient(clientOptions(twin.aws, server));
    await expect(
      sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "a@b.c" })),
    ).rejects.toMatchObject({
      name: "NotImplemented",
      message: expect.stringContaining("sns Subscribe"),
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe("CodeBuild", () => {
  const started: string[] = [];
  const stopped: string[] = [];
  beforeEach(() => {
    started.length = 0;
    stopped.length = 0;
    twin.world.collection<ProjectRecord>(COLLECTIONS.projects).set("dev-plan-app", {
      name: "dev-plan-app",
      arn: "arn:aws:codebuild:eu-central-1:111122223333:project/dev-plan-app",
      serviceRoleArn: "arn:aws:iam::111122223333:role/plan",
      environment: [
        { name: "LAYER", value: "app", type: "PLAINTEXT" },
        { name: "MODE", value: "deploy", type: "PLAINTEXT" },
      ],
      buildspec: "version: 0.2",
      timeoutInMinutes: 30,
      queuedTimeoutInMinutes: 480,
      image: "aws/codebuild/amazonlinux2-aarch64-standard:3.0",
      computeType: "BUILD_GENERAL1_SMALL",
    });
    twin.aws.connect({ builds: { start: (id) => started.push(id), stop: (id) => stopped.push(id) } });
  });

  it("records a build with its overrides and hands it on", async () => {
    const codebuild = new CodeBuildClient(clientOptions(twin.aws, server));
    const { build } = await codebuild.send(
      new StartBuildCommand({
        projectName: "dev-plan-app",
        environmentVariablesOverride: [{ name: "MODE", value: "destroy" }],
        idempotencyToken: "t1",
      }),
    );
    expect(build).toMatchObject({ buildStatus: "IN_PROGRESS", currentPhase: "SUBMITTED", buildNumber: 1 });
    expect(started).toEqual([build?.id]);
    const record = twin.world.collection<BuildRecord>(COLLECTIONS.builds).get(build!.id!);
    expect(record?.environment).toEqual([
      { name: "LAYER", value: "app", type: "PLAINTEXT" },
      { name: "MODE", value: "destroy", type: "PLAINTEXT" },
    ]);
    const again = await codebuild.send(
      new StartBuildCommand({ projectName: "dev-plan-app", idempotencyToken: "t1" }),
    );
    expect(again.build?.id).toBe(build?.id);
    const { builds, buildsNotFound } = await codebuild.send(
      new BatchGetBuildsCommand({ ids: [build!.arn!, "dev-plan-app:none"] }),
    );
    expect(builds?.[0]?.startTime).toEqual(new Date(twin.clock.now()));
    expect(buildsNotFound).toEqual(["dev-plan-app:none"]);
    await codebuild.send(new StopBuildCommand({ id: build!.id! }));
    expect(stopped).toEqual([build?.id]);
    const listed = await codebuild.send(new ListBuildsForProjectCommand({ projectName: "dev-plan-app" }));
    expect(listed.ids).toEqual([build?.id]);
  });

  it("refuses a role that may start another project only", async () => {
    const role = makeRole(twin.world, "machine", [
      {
        Effect: "Allow",
        Action: "codebuild:StartBuild",
        Resource: "arn:aws:codebuild:*:*:project/dev-apply-*",
      },
    ]);
    const codebuild = new CodeBuildClient(clientOptions(twin.aws, server, role));
    await expect(
      codebuild.send(new StartBuildCommand({ projectName: "dev-plan-app" })),
    ).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });
});

describe("EKS", () => {
  const cluster: ClusterRecord = {
    name: "dev",
    arn: "arn:aws:eks:eu-central-1:111122223333:cluster/dev",
    version: "1.35",
    status: "CREATING",
    endpoint: "https://A.gr7.eu-central-1.eks.amazonaws.com",
    certificateAuthority: "Q0E=",
    oidcIssuer: "https://oidc.eks.eu-central-1.amazonaws.com/id/A",
    createdAt: 1_790_000_000_000,
    endpointPublicAccess: false,
    endpointPrivateAccess: true,
    publicAccessCidrs: [],
    authenticationMode: "API",
    healthIssues: [],
    tags: { env: "dev" },
    configuration: { resourcesVpcConfig: { vpcId: "vpc-1" } },
  };
  const principalArn = "arn:aws:iam::111122223333:role/strata/apply";
  beforeEach(() => {
    const { world } = twin;
    world.collection<ClusterRecord>(COLLECTIONS.clusters).set("dev", cluster);
    world.collection<NodegroupRecord>(COLLECTIONS.nodegroups).set("dev/main", {
      clusterName: "dev",
      name: "main",
      arn: "arn:aws:eks:eu-central-1:111122223333:nodegroup/dev/main/1",
      status: "ACTIVE",
      version: "1.35",
      amiType: "BOTTLEROCKET_ARM_64",
      scaling: { minSize: 1, maxSize: 3, desiredSize: 2 },
      instanceTypes: ["m7g.large"],
      subnets: [],
      healthIssues: [{ code: "AsgInstanceLaunchFailures", message: "m", resourceIds: ["r"] }],
      createdAt: 0,
      tags: {},
    });
    world.collection<AddonRecord>(COLLECTIONS.addons).set("dev/coredns", {
      clusterName: "dev",
      name: "coredns",
      arn: "arn:aws:eks:eu-central-1:111122223333:addon/dev/coredns/1",
      version: "v1.12.0",
      status: "ACTIVE",
      healthIssues: [],
      createdAt: 0,
    });
    world.collection<AccessEntryRecord>(COLLECTIONS.accessEntries).set(`dev/${principalArn}`, {
      clusterName: "dev",
      principalArn,
      username: "apply",
      kubernetesGroups: ["strata:appliers"],
      policies: [],
    });
  });

  it("shows the endpoint when the cluster is there, not before", async () => {
    const eks = new EKSClient(clientOptions(twin.aws, server));
    const before = await eks.send(new DescribeClusterCommand({ name: "dev" }));
    expect(before.cluster).toMatchObject({ status: "CREATING", createdAt: new Date(1_790_000_000_000) });
    expect(before.cluster?.endpoint).toBeUndefined();
    twin.world.collection<ClusterRecord>(COLLECTIONS.clusters).set("dev", { ...cluster, status: "ACTIVE" });
    const { cluster: after } = await eks.send(new DescribeClusterCommand({ name: "dev" }));
    expect(after).toMatchObject({
      endpoint: cluster.endpoint,
      certificateAuthority: { data: "Q0E=" },
      resourcesVpcConfig: { vpcId: "vpc-1", endpointPrivateAccess: true },
      tags: { env: "dev" },
    });
    await expect(eks.send(new DescribeClusterCommand({ name: "none" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      $metadata: { httpStatusCode: 404 },
    });
  });

  it("lists and describes node groups, add-ons and access entries", async () => {
    const eks = new EKSClient(clientOptions(twin.aws, server));
    expect((await eks.send(new ListNodegroupsCommand({ clusterName: "dev" }))).nodegroups).toEqual(["main"]);
    const { nodegroup } = await eks.send(
      new DescribeNodegroupCommand({ clusterName: "dev", nodegroupName: "main" }),
    );
    expect(nodegroup?.health?.issues?.[0]?.code).toBe("AsgInstanceLaunchFailures");
    expect((await eks.send(new ListAddonsCommand({ clusterName: "dev" }))).addons).toEqual(["coredns"]);
    const { addon } = await eks.send(new DescribeAddonCommand({ clusterName: "dev", addonName: "coredns" }));
    expect(addon).toMatchObject({ addonVersion: "v1.12.0", status: "ACTIVE" });
    const { accessEntry } = await eks.send(
      new DescribeAccessEntryCommand({ clusterName: "dev", principalArn }),
    );
    expect(accessEntry?.kubernetesGroups).toEqual(["strata:appliers"]);
    const { insights } = await eks.send(new ListInsightsCommand({ clusterName: "dev" }));
    expect(insights?.every(({ insightStatus }) => insightStatus?.status === "PASSING")).toBe(true);
  });

  it("knows the calendar of versions at the virtual date", async () => {
    const eks = new EKSClient(clientOptions(twin.aws, server));
    const { clusterVersions } = await eks.send(
      new DescribeClusterVersionsCommand({ clusterVersions: ["1.34", "1.33"] }),
    );
    expect(clusterVersions?.map(({ versionStatus }) => versionStatus)).toEqual([
      "STANDARD_SUPPORT",
      "EXTENDED_SUPPORT",
    ]);
    expect(clusterVersions?.[0]?.endOfStandardSupportDate).toEqual(new Date("2026-12-02"));
  });
});

describe("Step Functions", () => {
  const stateMachineArn = "arn:aws:states:eu-central-1:111122223333:stateMachine:dev-pipeline";
  const executionArn = "arn:aws:states:eu-central-1:111122223333:execution:dev-pipeline:r1";
  const heard: unknown[] = [];
  beforeEach(() => {
    heard.length = 0;
    twin.world.collection<StateMachineRecord>(COLLECTIONS.stateMachines).set(stateMachineArn, {
      arn: stateMachineArn,
      name: "dev-pipeline",
      roleArn: ROOT.roleArn,
      definition: {},
    });
    const events = Array.from({ length: 150 }, (_, index) => ({
      id: index + 1,
      type: "PassStateEntered",
      timestamp: 1_790_000_000,
    }));
    twin.aws.connect({
      states: {
        startExecution: (input) => {
          heard.push(input);
          return { executionArn, startDate: 1_790_000_000.5 };
        },
        describeExecution: () => ({
          executionArn,
          stateMachineArn,
          status: "RUNNING",
          startDate: 1_790_000_000,
        }),
        listExecutions: () => ({ executions: [] }),
        getExecutionHistory: () => ({ events }),
        stopExecution: (arn, error) => {
          heard.push({ arn, error });
          return { stopDate: 1_790_000_001 };
        },
        sendTaskSuccess: (token, output) => heard.push({ token, output }),
        sendTaskFailure: () => undefined,
        sendTaskHeartbeat: () => undefined,
      },
    });
  });

  it("starts, describes, pages through the history, answers tokens and stops", async () => {
    const sfn = new SFNClient({ ...clientOptions(twin.aws, server), disableHostPrefix: true });
    const started = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: "r1", input: "{}" }));
    expect(started).toMatchObject({ executionArn, startDate: new Date(1_790_000_000_500) });
    expect((await sfn.send(new DescribeExecutionCommand({ executionArn }))).status).toBe("RUNNING");
    const first = await sfn.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true }));
    const rest = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, nextToken: first.nextToken! }),
    );
    expect([first.events?.[0]?.id, first.events?.length, rest.events?.at(-1)?.id, rest.nextToken]).toEqual([
      150,
      100,
      1,
      undefined,
    ]);
    await sfn.send(new SendTaskSuccessCommand({ taskToken: "t", output: "{}" }));
    await sfn.send(new StopExecutionCommand({ executionArn, error: "E" }));
    expect(heard).toEqual([
      { stateMachineArn, name: "r1", input: "{}" },
      { token: "t", output: "{}" },
      { arn: executionArn, error: "E" },
    ]);
    expect((await sfn.send(new ListStateMachinesCommand({}))).stateMachines?.[0]?.name).toBe("dev-pipeline");
  });

  it("lets a role answer tokens of a machine that its policy names", async () => {
    const grant = { Effect: "Allow", Action: "states:SendTaskSuccess", Resource: stateMachineArn };
    const send = (role: string) =>
      new SFNClient(clientOptions(twin.aws, server, role)).send(
        new SendTaskSuccessCommand({ taskToken: "t", output: "{}" }),
      );
    await send(makeRole(twin.world, "approver", [grant]));
    await expect(send(makeRole(twin.world, "other", []))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });
});

function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request(`${server.url}${path}`, { headers }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on("error", reject)
      .end();
  });
}

describe("the door", () => {
  it("tells a presigned GetCallerIdentity who signed it", async () => {
    const { accessKeyId } = twin.aws.credentials(makeRole(twin.world, "worker", []), "s1");
    const query = `Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Credential=${accessKeyId}%2F20261124%2Feu-central-1%2Fsts%2Faws4_request`;
    const xml = await get(`/?${query}`);
    expect(xml.body).toContain("<Arn>arn:aws:sts::111122223333:assumed-role/worker/s1</Arn>");
    const json = await get(`/?${query}`, { accept: "application/json" });
    expect(JSON.parse(json.body).GetCallerIdentityResponse.GetCallerIdentityResult.Account).toBe(
      "111122223333",
    );
  });

  it("refuses keys that it has not issued, each service in its words", async () => {
    const credentials = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" };
    const options = { endpoint: server.url, region: "eu-central-1", credentials, maxAttempts: 1 };
    await expect(
      new EKSClient(options).send(new DescribeClusterCommand({ name: "d" })),
    ).rejects.toMatchObject({ name: "UnrecognizedClientException" });
    await expect(new SFNClient(options).send(new ListStateMachinesCommand({}))).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
    await expect(new SNSClient(options).send(new ListTopicsCommand({}))).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
  });

  it("is unavailable when the world says so, as often as it says", async () => {
    addFault(twin.world, {
      kind: "aws-unavailable",
      service: "eks",
      operation: "DescribeCluster",
      remaining: 1,
    });
    const eks = new EKSClient(clientOptions(twin.aws, server));
    await expect(eks.send(new DescribeClusterCommand({ name: "d" }))).rejects.toMatchObject({
      name: "ServerException",
    });
    await expect(eks.send(new DescribeClusterCommand({ name: "d" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("lets no time pass from a request's first byte to its answer", async () => {
    const before = twin.clock.now();
    const { accessKeyId } = twin.aws.credentials(ROOT.roleArn, "s");
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261124/eu-central-1/states/aws4_request`,
      "x-amz-target": "AWSStepFunctions.ListStateMachines",
      "content-length": "2",
      expect: "100-continue",
    };
    const slow = request(server.url, { method: "POST", headers });
    const answered = new Promise<number | undefined>((resolve) => {
      slow.on("response", (response) => response.resume().on("end", () => resolve(response.statusCode)));
    });
    // The server says that it has the headers; from then on it waits for the rest.
    const begun = once(slow, "continue");
    slow.write("{");
    await begun;
    const run = twin.clock.runTo(before + 10);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(twin.clock.now()).toBe(before);
    slow.end("}");
    expect(await answered).toBe(200);
    await run;
    expect(twin.clock.now()).toBe(before + 10);
  });

  it("says which port is in use", async () => {
    const port = Number(new URL(server.url).port);
    await expect(serve(twin.aws, { port })).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`);
  });
});
