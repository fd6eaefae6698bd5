import { beforeEach, describe, expect, it } from "vitest";
import type { KubernetesUser } from "../../../../lib/twin/kubernetes/contract.ts";
import type { Json } from "../../../../lib/twin/world/world.ts";
import { clusterFixture, configMap, deployment, type Fixture } from "./cluster-fixture.ts";

type Fields = { [key: string]: Json };

const pod = (name: string, container: Fields = {}, spec: Fields = {}): Json => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop" },
  spec: { containers: [{ name: "main", image: "app:1", ...container }], ...spec },
});

const SAFE: Fields = {
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
  },
};

let fixture: Fixture;
beforeEach(() => {
  fixture = clusterFixture();
  fixture.request("POST", "/api/v1/namespaces", { metadata: { name: "shop" } });
});

const inShop = (plural: string, body: Json, query = "") =>
  fixture.cluster.handle({
    user: { username: "root", groups: ["system:masters"] },
    method: "POST",
    path: `/api/v1/namespaces/shop/${plural}${query}`,
    body,
  });
const messageOf = ({ body }: { body: Json }): string => String((body as Fields).message);

describe("pod security", () => {
  const label = (labels: Fields): void => {
    const prefixed = Object.entries(labels).map(([mode, level]) => [
      `pod-security.kubernetes.io/${mode}`,
      level,
    ]);
    fixture.request(
      "PATCH",
      "/api/v1/namespaces/shop",
      { metadata: { labels: Object.fromEntries(prefixed) } },
      { contentType: "application/merge-patch+json" },
    );
  };

  it.each<[string, string, Fields, Fields, string]>([
    ["baseline", "the host's network", {}, { hostNetwork: true }, "host namespaces (hostNetwork=true)"],
    [
      "baseline",
      "a privileged container",
      { securityContext: { privileged: true } },
      {},
      'privileged (container "main" must not set securityContext.privileged=true)',
    ],
    [
      "baseline",
      "a path of the host",
      {},
      { volumes: [{ name: "v", hostPath: { path: "/" } }] },
      'hostPath volumes (volume "v")',
    ],
    [
      "baseline",
      "a capability that is not among the usual ones",
      { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } },
      {},
      'must not include "SYS_ADMIN" in securityContext.capabilities.add',
    ],
    [
      "restricted",
      "a container that says nothing",
      {},
      {},
      'allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities',
    ],
    [
      "restricted",
      "root",
      { securityContext: { ...(SAFE.securityContext as Fields), runAsUser: 0 } },
      {},
      "runAsUser=0",
    ],
    [
      "restricted",
      "a path of the host",
      SAFE,
      { volumes: [{ name: "v", hostPath: { path: "/" } }] },
      'restricted volume types (volume "v" uses restricted volume type "hostPath")',
    ],
  ])("of %s refuses %s", (level, _what, container, spec, why) => {
    label({ enforce: level });
    const answer = inShop("pods", pod("p", container, spec));
    expect(answer.status).toBe(403);
    expect(messageOf(answer)).toContain(`pods "p" is forbidden: violates PodSecurity "${level}:latest": `);
    expect(messageOf(answer)).toContain(why);
  });

  it("lets through what keeps to the standard", () => {
    label({ enforce: "restricted" });
    expect(inShop("pods", pod("p", SAFE)).status).toBe(201);
    label({ enforce: "baseline" });
    expect(inShop("pods", pod("q")).status).toBe(201);
  });

  it("warns of pods that are there when the standard becomes stricter, and knows its own levels", () => {
    inShop("pods", pod("p", {}, { hostNetwork: true }));
    const change = (level: string) =>
      fixture.cluster.handle({
        user: { username: "root", groups: ["system:masters"] },
        method: "PATCH",
        path: "/api/v1/namespaces/shop",
        contentType: "application/merge-patch+json",
        body: { metadata: { labels: { "pod-security.kubernetes.io/enforce": level } } },
      });
    expect(change("baseline").warnings).toEqual([
      'existing pods in namespace "shop" violate the new PodSecurity enforce level "baseline:latest"',
      "p: host namespaces",
    ]);
    expect(change("baseline").warnings).toBeUndefined();
    const wrong = change("strict");
    expect([wrong.status, messageOf(wrong)]).toEqual([
      422,
      expect.stringContaining('Invalid value: "strict": must be one of privileged, baseline, restricted'),
    ]);
  });

  it("warns of workloads and pods, and makes them all the same", () => {
    label({ warn: "restricted" });
    const answer = fixture.cluster.handle({
      user: { username: "root", groups: ["system:masters"] },
      method: "POST",
      path: "/apis/apps/v1/namespaces/shop/deployments",
      body: deployment("web"),
    });
    expect(answer.status).toBe(201);
    expect(answer.warnings?.[0]).toMatch(
      /^would violate PodSecurity "restricted:latest": allowPrivilegeEscalation/,
    );
  });
});

describe("limits and quotas", () => {
  const limitRange = (limit: Fields): Json => ({ metadata: { name: "l" }, spec: { limits: [limit] } });
  const quota = (hard: Fields): Json => ({ metadata: { name: "all" }, spec: { hard } });
  const asking = (cpu: string): Fields => ({ resources: { requests: { cpu } } });

  it("gives containers what they do not ask for", () => {
    inShop(
      "limitranges",
      limitRange({ type: "Container", defaultRequest: { cpu: "50m" }, default: { memory: "1Gi" } }),
    );
    const { body } = inShop("pods", pod("p", { resources: { requests: { cpu: "1" } } }));
    expect(body).toMatchObject({
      spec: {
        containers: [{ resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } } }],
      },
    });
  });

  it("refuses more than the most, and takes the most", () => {
    inShop("limitranges", limitRange({ type: "Container", max: { cpu: "2" } }));
    const limited = (cpu: string) => inShop("pods", pod(`p-${cpu}`, { resources: { limits: { cpu } } }));
    expect(messageOf(limited("3"))).toBe(
      'pods "p-3" is forbidden: maximum cpu usage per Container is 2, but limit is 3',
    );
    expect(limited("2").status).toBe(201);
  });

  it("fills a quota to its brim and not beyond", () => {
    inShop("resourcequotas", quota({ "requests.cpu": "1" }));
    expect(inShop("pods", pod("a", asking("600m"))).status).toBe(201);
    expect(inShop("pods", pod("b", asking("400m"))).status).toBe(201);
    const answer = inShop("pods", pod("c", asking("1m")));
    expect([answer.status, messageOf(answer)]).toEqual([
      403,
      'pods "c" is forbidden: exceeded quota: all, requested: requests.cpu=1m, used: requests.cpu=1, limited: requests.cpu=1',
    ]);
  });

  it("refuses a pod that does not say what is limited", () => {
    inShop("resourcequotas", quota({ "limits.memory": "1Gi" }));
    expect(messageOf(inShop("pods", pod("a")))).toBe(
      'pods "a" is forbidden: failed quota: all: must specify limits.memory for: main',
    );
  });

  it("counts objects of any kind", () => {
    inShop("resourcequotas", quota({ "count/configmaps": "2" }));
    // The first one is the cluster's own certificate, which every namespace has.
    expect(inShop("configmaps", configMap("a")).status).toBe(201);
    expect(messageOf(inShop("configmaps", configMap("b")))).toContain("exceeded quota: all");
  });
});

describe("admission policies", () => {
  const GROUP = "/apis/admissionregistration.k8s.io/v1";
  const policy = (spec: Fields): Json => ({
    metadata: { name: "fence" },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"] }],
      },
      ...spec,
    },
  });
  const bind = (...validationActions: string[]): void => {
    fixture.request("POST", `${GROUP}/validatingadmissionpolicybindings`, {
      metadata: { name: "b" },
      spec: { policyName: "fence", validationActions },
    });
  };
  const put = (spec: Fields) => fixture.request("POST", `${GROUP}/validatingadmissionpolicies`, policy(spec));
  const planner: KubernetesUser = { username: "planner", groups: ["strata:planners", "system:masters"] };
  const make = (as: KubernetesUser, query = "", body: Json = configMap("c", { colour: "red" })) =>
    fixture.cluster.handle({
      user: as,
      method: "POST",
      path: `/api/v1/namespaces/default/configmaps${query}`,
      body,
    });

  it("hold those whom their conditions mean to a dry run, and nobody else", () => {
    put({
      matchConditions: [{ name: "planners", expression: "'strata:planners' in request.userInfo.groups" }],
      validations: [
        {
          expression: "has(request.dryRun) && request.dryRun",
          message: "dry runs only",
          reason: "Forbidden",
        },
      ],
    });
    expect(make(planner).status).toBe(201);
    fixture.request("DELETE", "/api/v1/namespaces/default/configmaps/c");
    bind("Deny");
    const refused = make(planner);
    expect([refused.status, messageOf(refused)]).toEqual([
      403,
      `configmaps "c" is forbidden: ValidatingAdmissionPolicy 'fence' with binding 'b' denied request: dry runs only`,
    ]);
    expect(make(planner, "?dryRun=All").status).toBe(201);
    expect(make({ username: "other", groups: ["system:masters"] }).status).toBe(201);
  });

  it("read the object, whole numbers among it, and compute their message", () => {
    put({
      variables: [{ name: "colour", expression: "object.data.colour" }],
      validations: [
        {
          expression: "!has(object.data) || variables.colour != 'red' || size(object.data) > 1",
          messageExpression: "'no ' + variables.colour",
        },
      ],
    });
    bind("Deny");
    expect(messageOf(make(planner))).toContain("denied request: no red");
    expect(make(planner, "", configMap("d", { colour: "red", shade: "dark" })).status).toBe(201);
  });

  it("refuse what they cannot decide, unless they ignore it", () => {
    put({ validations: [{ expression: "object.data.missing == 'x'" }] });
    bind("Deny");
    const answer = make(planner);
    expect([answer.status, messageOf(answer)]).toEqual([422, expect.stringContaining("resulted in error")]);
    fixture.request(
      "PATCH",
      `${GROUP}/validatingadmissionpolicies/fence`,
      { spec: { failurePolicy: "Ignore" } },
      { contentType: "application/merge-patch+json" },
    );
    expect(make(planner).status).toBe(201);
  });

  it("only warn where their binding says so", () => {
    put({ validations: [{ expression: "false", message: "not nice" }] });
    bind("Warn");
    const answer = make(planner);
    expect([answer.status, answer.warnings?.[0]]).toEqual([201, expect.stringContaining("not nice")]);
  });

  it("are asked about deletions, too", () => {
    put({ validations: [{ expression: "request.operation != 'DELETE' || oldObject.metadata.name != 'c'" }] });
    bind("Deny");
    make(planner);
    expect(fixture.request("DELETE", "/api/v1/namespaces/default/configmaps/c").status).toBe(422);
  });

  it.each([
    ["a function that is not known", "quantity('1Gi').isGreaterThan(quantity('1'))"],
    ["a variable that is not known", "authorizer.path('/').check('get').allowed()"],
    ["nonsense", "object."],
  ])("are refused with %s", (_what, expression) => {
    const { status, body } = put({ validations: [{ expression }] });
    expect([status, body.message]).toEqual([422, expect.stringContaining("compilation failed")]);
  });
});
