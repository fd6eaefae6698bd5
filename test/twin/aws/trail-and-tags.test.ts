import { beforeEach, describe, expect, it } from "vitest";
import { connectAuditTrail } from "../../../lib/clients/audit-trail.ts";
import { connectBuildHistory } from "../../../lib/clients/build-history.ts";
import { connectClusterAuditLog } from "../../../lib/clients/cluster-audit-log.ts";
import { connectExecutionStarts } from "../../../lib/clients/execution-starts.ts";
import { connectSweep, connectTaggedResources } from "../../../lib/clients/tagged-resources.ts";
import { ConfigurationError, DependencyUnavailableError } from "../../../lib/run/errors.ts";
import { noteCall, type TrailRecord } from "../../../lib/twin/aws/audit-trail.ts";
import type { BuildRecord, ProjectRecord } from "../../../lib/twin/aws/backends.ts";
import { AWS_COLLECTIONS, type KeyRecord } from "../../../lib/twin/aws/collections.ts";
import { ApiServer } from "../../../lib/twin/kubernetes/api/api-server.ts";
import { AUDIT_COLLECTION, type AuditRecord } from "../../../lib/twin/kubernetes/audit-log.ts";
import type { KubernetesUser } from "../../../lib/twin/kubernetes/contract.ts";
import { addFault } from "../../../lib/twin/world/faults.ts";
import { COLLECTIONS } from "../../../lib/twin/world/records.ts";
import { type Fixture, makeAws, makeBucket, makeRole, REGION, ROOT, served } from "./fixture.ts";

let twin: Fixture;
beforeEach(() => {
  twin = makeAws();
});

/** Uses the functions' own clients, as this role. */
const as = <T>(roleArn: string, use: (props: ReturnType<typeof propsOf>) => Promise<T>): Promise<T> =>
  served(twin.aws, (server) => use(propsOf(roleArn, server.url)));
const propsOf = (roleArn: string, endpoint: string) => ({
  credentials: twin.aws.credentials(roleArn, "test"),
  region: REGION,
  endpoint,
});
const since = (minutes: number): Date => new Date(twin.clock.now() - minutes * 60_000);

describe("CloudTrail", () => {
  const note = (name: string, minutesAgo: number, resources = ["key-1"]) =>
    noteCall(twin.world, {
      at: twin.clock.now() - minutesAgo * 60_000,
      source: "kms.amazonaws.com",
      name,
      who: "arn:aws:sts::111122223333:assumed-role/admins/jo",
      resources,
    });

  it("tells what was done to a resource and by whom, newest first, within the time that is asked for", async () => {
    note("EnableKey", 90);
    note("DisableKey", 30);
    note("DisableKeyRotation", 20);
    note("DeleteAlias", 20, ["alias/x"]);
    const events = await as(ROOT.roleArn, (props) =>
      connectAuditTrail(props).eventsOf("key-1", since(60), false),
    );
    expect(events.map(({ name }) => name)).toEqual(["DisableKeyRotation", "DisableKey"]);
    expect(events[0]).toMatchObject({
      who: "arn:aws:sts::111122223333:assumed-role/admins/jo",
      readOnly: false,
      at: since(20).toISOString(),
    });
  });

  it("tells who started an execution, in the console or by whichever role, once it has learnt of it", async () => {
    const at = twin.clock.now() - 6 * 60_000;
    const machine = "arn:aws:states:eu-central-1:111122223333:stateMachine:demo-pipeline";
    const executionOf = (name: string) => `${machine.replace("stateMachine", "execution")}:${name}`;
    const start = (name: string, when: number, answer: { executionArn: string }) =>
      noteCall(twin.world, {
        at: when,
        source: "states.amazonaws.com",
        name: "StartExecution",
        who: `arn:aws:sts::111122223333:assumed-role/admins/${name}`,
        resources: [machine, name],
        answer,
      });
    for (let other = 0; other < 60; other += 1)
      start(`other-${other}`, at + other, { executionArn: executionOf(`other-${other}`) });
    start("jo", at, { executionArn: executionOf("one") });
    start("late", twin.clock.now() - 60_000, { executionArn: executionOf("two") });
    const ask = (name: string, when: number) =>
      as(ROOT.roleArn, (props) =>
        connectExecutionStarts(props).whoStarted(executionOf(name), new Date(when)),
      );
    expect(await ask("one", at + 3_000)).toBe("arn:aws:sts::111122223333:assumed-role/admins/jo");
    expect(await ask("none", at)).toBeUndefined();
    expect(await ask("two", twin.clock.now() - 60_000)).toBeUndefined();
  });

  it("keeps which execution a start was answered with", async () => {
    const role = makeRole(twin.world, "starter", [
      { Effect: "Allow", Action: "states:StartExecution", Resource: "*" },
    ]);
    const stateMachineArn = "arn:aws:states:eu-central-1:111122223333:stateMachine:m";
    twin.world.collection(COLLECTIONS.stateMachines).set(stateMachineArn, {});
    const startExecution = () => ({ executionArn: "arn:aws:states:x:execution:m:e", startDate: 1 });
    twin.aws.connect({ states: { startExecution } as never });
    await twin.aws.call({ roleArn: role, sessionName: "ann" }, "states", "StartExecution", {
      stateMachineArn,
      input: "{}",
    });
    const [call] = twin.world.collection<TrailRecord>(AWS_COLLECTIONS.trail).values();
    expect(call).toMatchObject({ answer: { executionArn: "arn:aws:states:x:execution:m:e" } });
    expect(call?.who).toMatch(/:assumed-role\/starter\/ann$/);
  });

  it("knows nothing of a call that was made within the last minutes", async () => {
    note("DisableKey", 4);
    note("DisableKeyRotation", 6);
    const events = await as(ROOT.roleArn, (props) =>
      connectAuditTrail(props).eventsOf("key-1", since(60), true),
    );
    expect(events.map(({ name }) => name)).toEqual(["DisableKeyRotation"]);
  });

  it("refuses a role that may not look", async () => {
    const role = makeRole(twin.world, "reader", []);
    await expect(
      as(role, (props) => connectAuditTrail(props).eventsOf("key-1", since(60), false)),
    ).rejects.toThrow(ConfigurationError);
  });

  it("keeps a bounded number of events, the newest", () => {
    for (let index = 0; index < 2_500; index += 1) {
      twin.world.emit("nothing", null);
      note(`Create${index}`, 2_500 - index);
    }
    const kept = twin.world.collection<{ name: string }>(AWS_COLLECTIONS.trail).values();
    expect(kept.length).toBeGreaterThanOrEqual(1_000);
    expect(kept.length).toBeLessThanOrEqual(2_000);
    expect(kept.at(-1)?.name).toBe("Create2499");
  });

  it("notes calls that change something, by their caller, and none that read or use", async () => {
    const call = (operation: string, input: object) =>
      twin.aws.call(ROOT, "ssm", operation, input as never).catch(() => undefined);
    await call("GetParameter", { Name: "x" });
    twin.world.collection(AWS_COLLECTIONS.topics).set("arn:t", { arn: "arn:t", name: "t", displayName: "" });
    await twin.aws.call(ROOT, "sns", "Publish", { TopicArn: "arn:t", Message: "m" }).catch(() => undefined);
    expect(twin.world.collection(AWS_COLLECTIONS.trail).keys()).toEqual([]);
  });
});

describe("the tagging API", () => {
  const resource = (type: string, id: string, arn: string | null, environment = "prod") =>
    twin.world.collection(COLLECTIONS.resources).set(`${type}/${id}`, {
      type,
      id,
      attributes: { id, arn, tags_all: { "strata:environment": environment, "strata:layer": "app" } },
    });

  it("tells of everything with the environment's tag, page by page, and marks what CloudFormation made", async () => {
    for (let index = 0; index < 120; index += 1)
      resource("aws_sqs_queue", `q${index}`, `arn:aws:sqs:r:1:q${index}`);
    resource("aws_sqs_queue", "other", "arn:aws:sqs:r:1:other", "test");
    resource("aws_iam_role", "role", "arn:aws:iam::1:role/x");
    resource("aws_route", "route", null);
    makeBucket(twin.world, "prod-state", { controlPlane: true, tags: { "strata:environment": "prod" } });
    const found = await as(ROOT.roleArn, (props) => connectTaggedResources(props)("prod"));
    expect(found).toHaveLength(121);
    expect(new Set(found.map(({ arn }) => arn)).size).toBe(121);
    expect(found.find(({ arn }) => arn.includes("prod-state"))?.tags).toHaveProperty([
      "aws:cloudformation:stack-name",
    ]);
  });

  it("is asked again by whoever waits when it throttles, and refuses who may not ask", async () => {
    const role = makeRole(twin.world, "reader", []);
    await expect(as(role, (props) => connectTaggedResources(props)("prod"))).rejects.toThrow(
      ConfigurationError,
    );
    addFault(twin.world, { kind: "aws-throttle", service: "tagging" });
    await expect(as(ROOT.roleArn, (props) => connectTaggedResources(props)("prod"))).rejects.toThrow(
      DependencyUnavailableError,
    );
  });
});

describe("a sweep", () => {
  const KEY = "arn:aws:kms:eu-central-1:111122223333:key/";
  const key = (id: string, pendingDeletion: boolean) => {
    const tags_all = { "strata:environment": "prod" };
    const attributes = { id, arn: `${KEY}${id}`, tags_all };
    twin.world
      .collection(COLLECTIONS.resources)
      .set(`aws_kms_key/${id}`, { type: "aws_kms_key", id, attributes });
    twin.world
      .collection<Partial<KeyRecord>>(COLLECTIONS.kmsKeys)
      .set(id, { id, arn: `${KEY}${id}`, enabled: true, ...(pendingDeletion ? { pendingDeletion } : {}) });
  };
  const balancer = (name: string, tags: Record<string, string>) =>
    twin.world.collection(COLLECTIONS.loadBalancers).set(name, { name, arn: `arn:aws:lb:r:1:${name}`, tags });

  it("finds what the cluster's controllers have made, and each resource once", async () => {
    balancer("service", { "kubernetes.io/cluster/prod": "owned" });
    balancer("ingress", { "elbv2.k8s.aws/cluster": "prod", "strata:environment": "prod" });
    balancer("shared", { "kubernetes.io/cluster/prod": "shared" });
    balancer("another", { "kubernetes.io/cluster/test": "owned" });
    const found = await as(ROOT.roleArn, (props) => connectSweep(props)("prod"));
    expect(found.map(({ arn }) => arn).sort()).toEqual(["arn:aws:lb:r:1:ingress", "arn:aws:lb:r:1:service"]);
  });

  it("leaves out a key that waits for its deletion, and may look at the environment's keys only", async () => {
    key("kept", false);
    key("going", true);
    const allowed = (environment: string) =>
      makeRole(twin.world, `sweeper-${environment}`, [
        { Effect: "Allow", Action: "tag:GetResources", Resource: "*" },
        {
          Effect: "Allow",
          Action: "kms:DescribeKey",
          Resource: "*",
          Condition: { StringEquals: { "aws:ResourceTag/strata:environment": environment } },
        },
      ]);
    const found = await as(allowed("prod"), (props) => connectSweep(props)("prod"));
    expect(found.map(({ arn }) => arn)).toEqual([`${KEY}kept`]);
    await expect(as(allowed("test"), (props) => connectSweep(props)("prod"))).rejects.toThrow(
      ConfigurationError,
    );
  });
});

describe("a project's builds", () => {
  it.each([
    ["none", [], undefined],
    ["an older one", [10], undefined],
    ["a later one that runs", [10, 2], { id: "prod-apply-app:2", alive: true }],
  ] as const)("%s", async (_, minutesAgo, expected) => {
    const projects = twin.world.collection<Partial<ProjectRecord>>(COLLECTIONS.projects);
    projects.set("prod-apply-app", { name: "prod-apply-app", environment: [], timeoutInMinutes: 60 });
    for (const minutes of minutesAgo) {
      const id = `prod-apply-app:${minutes}`;
      twin.world.collection<Partial<BuildRecord>>(COLLECTIONS.builds).set(id, {
        id,
        arn: `arn:${id}`,
        projectName: "prod-apply-app",
        buildStatus: "IN_PROGRESS",
        currentPhase: "BUILD",
        startTime: since(minutes).getTime(),
        environment: [],
        exportedEnvironmentVariables: [],
        phases: [],
        initiator: "x",
        log: "",
      });
    }
    const found = await as(ROOT.roleArn, (props) =>
      connectBuildHistory(props).startedSince("prod-apply-app", since(5)),
    );
    expect(found).toEqual(expected);
  });
});

describe("the audit log of a cluster", () => {
  const GROUP = "/aws/eks/demo/cluster";
  const ANN = "arn:aws:sts::111122223333:assumed-role/administrators/ann";
  const cluster = (types: string[]) => ({
    name: "demo",
    status: "ACTIVE",
    configuration: { logging: { clusterLogging: [{ types, enabled: true }] } },
  });
  const logGroup = () =>
    twin.world.collection(COLLECTIONS.resources).set(`aws_cloudwatch_log_group/${GROUP}`, {
      type: "aws_cloudwatch_log_group",
      id: GROUP,
      attributes: { name: GROUP },
    });
  const write = (server: ApiServer, name: string, user: KubernetesUser, query = "") =>
    server.handle({
      user,
      method: "POST",
      path: `/api/v1/namespaces/default/services${query}`,
      body: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace: "default" },
        spec: { ports: [{ port: 80 }] },
      },
    }).status;
  const ask = (name: string, roleArn = ROOT.roleArn) =>
    as(roleArn, (props) =>
      connectClusterAuditLog("demo", props).writesTo(
        { resource: "services", namespace: "default", name },
        since(5),
        new Date(twin.clock.now()),
      ),
    );

  it("tells who made an object, by the ARN behind the user, some minutes later, and nothing of what only was tried", async () => {
    twin.world.collection(COLLECTIONS.clusters).set("demo", cluster(["api", "audit"]));
    logGroup();
    const server = new ApiServer(twin.world, "demo", () => true);
    const ann = { username: "ann", groups: ["system:masters"], arn: ANN };
    expect(write(server, "debug", ann)).toBe(201);
    expect(write(server, "dry", ann, "?dryRun=All")).toBe(201);
    expect(
      write(server, "machine", { username: "system:serviceaccount:a:b", groups: ["system:masters"] }),
    ).toBe(201);
    expect(await ask("debug")).toEqual([]);
    await twin.clock.runTo(twin.clock.now() + 3 * 60_000);
    expect(await ask("debug")).toMatchObject([
      { verb: "create", who: ANN, code: 201, subresource: undefined },
    ]);
    for (const name of ["dry", "machine", "other"]) expect(await ask(name)).toEqual([]);
  });

  it("is off where there is no log group, and empty where the cluster sends no audit events", async () => {
    twin.world.collection(COLLECTIONS.clusters).set("demo", cluster(["api"]));
    expect(await ask("debug")).toBe("off");
    logGroup();
    write(new ApiServer(twin.world, "demo", () => true), "debug", {
      username: "ann",
      groups: ["system:masters"],
    });
    await twin.clock.runTo(twin.clock.now() + 3 * 60_000);
    expect(await ask("debug")).toEqual([]);
  });

  it("is not shown to a role without the right to this very group", async () => {
    logGroup();
    const group = (name: string) => `arn:aws:logs:${REGION}:111122223333:log-group:${name}`;
    const may = (name: string, resource: string) =>
      makeRole(twin.world, name, [{ Effect: "Allow", Action: "logs:FilterLogEvents", Resource: resource }]);
    await expect(ask("debug", may("stranger", group("/aws/eks/other/cluster")))).rejects.toThrow(
      ConfigurationError,
    );
    await expect(ask("debug", may("reader", group(GROUP)))).resolves.toEqual([]);
  });

  it("keeps the newest changes only, in the order of time", async () => {
    const server = new ApiServer(twin.world, "demo", () => true);
    for (let sequence = 0; sequence < 450; sequence += 1) {
      write(server, `debug-${sequence}`, { username: "ann", groups: ["system:masters"] });
      await twin.clock.runTo(twin.clock.now() + 1_000);
    }
    const names = twin.world
      .collection<AuditRecord>(AUDIT_COLLECTION)
      .values()
      .map(({ event }) => (event.objectRef as { name: string }).name);
    expect(names.length).toBeLessThanOrEqual(400);
    expect(names.length).toBeGreaterThanOrEqual(200);
    expect(names.at(-1)).toBe("debug-449");
  });
});
