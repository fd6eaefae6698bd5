import { beforeEach, describe, expect, it } from "vitest";
import { connectAuditTrail } from "../../../lib/clients/audit-trail.ts";
import { connectBuildHistory } from "../../../lib/clients/build-history.ts";
import { connectSweep, connectTaggedResources } from "../../../lib/clients/tagged-resources.ts";
import { ConfigurationError, DependencyUnavailableError } from "../../../lib/run/errors.ts";
import { noteCall } from "../../../lib/twin/aws/audit-trail.ts";
import type { BuildRecord, ProjectRecord } from "../../../lib/twin/aws/backends.ts";
import { AWS_COLLECTIONS, type KeyRecord } from "../../../lib/twin/aws/collections.ts";
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
