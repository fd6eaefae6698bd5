import { describe, expect, it } from "vitest";
import type { KubernetesUser } from "../../../../lib/twin/kubernetes/contract.ts";
import { type AccessEntryRecord, COLLECTIONS } from "../../../../lib/twin/world/records.ts";
import type { Json } from "../../../../lib/twin/world/world.ts";
import { clusterFixture, configMap, deployment, type Fixture } from "./cluster-fixture.ts";

const RBAC = "rbac.authorization.k8s.io";
const user = (username: string, ...groups: string[]): KubernetesUser => ({
  username,
  groups: [...groups, "system:authenticated"],
});

function grant({ request }: Fixture, name: string, rules: Json[], group: string, labels: Json = {}): void {
  request("POST", `/apis/${RBAC}/v1/clusterroles`, {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRole",
    metadata: { name, labels },
    rules,
  });
  request("POST", `/apis/${RBAC}/v1/clusterrolebindings`, {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name },
    subjects: [{ kind: "Group", name: group, apiGroup: RBAC }],
  });
}

describe("authorisation", () => {
  it("refuses in the API server's own words", () => {
    const { request } = clusterFixture();
    const as = user("strata-validator");
    const answers = [
      request("GET", "/apis/apps/v1/namespaces/shop/deployments", undefined, { as }),
      request("GET", "/api/v1/nodes/n1", undefined, { as }),
      request("POST", "/apis/apps/v1/namespaces/shop/deployments", deployment("web"), { as }),
      request("GET", "/metrics", undefined, { as }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(answers.map(({ body }) => body.message)).toEqual([
      'deployments.apps is forbidden: User "strata-validator" cannot list resource "deployments" in API group "apps" in the namespace "shop"',
      'nodes "n1" is forbidden: User "strata-validator" cannot get resource "nodes" in API group "" at the cluster scope',
      'deployments.apps is forbidden: User "strata-validator" cannot create resource "deployments" in API group "apps" in the namespace "shop"',
      'forbidden: User "strata-validator" cannot get path "/metrics"',
    ]);
  });

  it("follows roles as they are now: verbs, names, subresources", () => {
    const fixture = clusterFixture();
    const { request } = fixture;
    const as = user("v", "strata:validators");
    const list = () => request("GET", "/api/v1/pods", undefined, { as }).status;
    expect(list()).toBe(403);
    grant(
      fixture,
      "v",
      [
        { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
        { apiGroups: [""], resources: ["configmaps"], resourceNames: ["one"], verbs: ["get"] },
        { nonResourceURLs: ["/metrics*"], verbs: ["get"] },
      ],
      "strata:validators",
    );
    expect(list()).toBe(200);
    expect(request("GET", "/api/v1/pods?watch=true", undefined, { as }).status).toBe(403);
    expect(request("GET", "/api/v1/namespaces/default/pods/p/log", undefined, { as }).status).toBe(403);
    request("POST", "/api/v1/namespaces/default/configmaps", configMap("one"));
    expect(request("GET", "/api/v1/namespaces/default/configmaps/one", undefined, { as }).status).toBe(200);
    expect(request("GET", "/api/v1/namespaces/default/configmaps/two", undefined, { as }).status).toBe(403);
    expect(request("GET", "/metrics", undefined, { as }).status).toBe(404);
    request("DELETE", `/apis/${RBAC}/v1/clusterrolebindings/v`);
    expect(list()).toBe(403);
  });

  it("lets a role aggregate others by their labels", () => {
    const fixture = clusterFixture();
    const { request } = fixture;
    const as = user("viewer", "viewers");
    request("POST", `/apis/${RBAC}/v1/namespaces/default/rolebindings`, {
      apiVersion: `${RBAC}/v1`,
      kind: "RoleBinding",
      metadata: { name: "viewers" },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "Group", name: "viewers", apiGroup: RBAC }],
    });
    const ask = (path: string) => request("GET", path, undefined, { as }).status;
    expect(ask("/api/v1/namespaces/default/configmaps")).toBe(200);
    expect(ask("/api/v1/namespaces/default/secrets")).toBe(403);
    expect(ask("/api/v1/namespaces/kube-system/configmaps")).toBe(403);
    grant(
      fixture,
      "more",
      [{ apiGroups: ["batch"], resources: ["things"], verbs: ["get", "list"] }],
      "nobody",
      { [`${RBAC}/aggregate-to-view`]: "true" },
    );
    expect(ask("/apis/batch/v1/namespaces/default/things")).toBe(404);
  });

  it("lets nobody grant more than they have, unless they may escalate or bind", () => {
    const fixture = clusterFixture();
    const all = ["get", "list", "create"];
    const writesRoles = { apiGroups: [RBAC], resources: ["roles", "rolebindings"], verbs: all };
    grant(fixture, "lead", [writesRoles, { apiGroups: [""], resources: ["pods"], verbs: ["get"] }], "leads");
    const as = user("jane", "leads");
    const role = (name: string, ...verbs: string[]) =>
      fixture.request(
        "POST",
        `/apis/${RBAC}/v1/namespaces/default/roles`,
        { metadata: { name }, rules: [{ apiGroups: [""], resources: ["pods"], verbs }] },
        { as },
      );
    const bind = (name: string) =>
      fixture.request(
        "POST",
        `/apis/${RBAC}/v1/namespaces/default/rolebindings`,
        { metadata: { name }, roleRef: { apiGroup: RBAC, kind: "ClusterRole", name } },
        { as },
      );
    expect(role("held", "get").status).toBe(201);
    const refused = role("more", "get", "delete");
    expect([refused.status, refused.body.message]).toEqual([
      403,
      expect.stringContaining(
        'attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["get","delete"]}',
      ),
    ]);
    expect(role("everything", "*").status).toBe(403);
    expect(bind("cluster-admin").status).toBe(403);
    grant(
      fixture,
      "trusted",
      [{ apiGroups: [RBAC], resources: ["roles", "clusterroles"], verbs: ["escalate", "bind"] }],
      "leads",
    );
    expect([role("more", "get", "delete").status, bind("cluster-admin").status]).toEqual([201, 201]);
  });

  it("answers reviews about the one who asks", () => {
    const fixture = clusterFixture();
    grant(fixture, "r", [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }], "planners");
    const review = (verb: string) =>
      fixture.request(
        "POST",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          spec: { resourceAttributes: { verb, group: "apps", resource: "deployments", namespace: "x" } },
        },
        { as: user("p", "planners") },
      );
    expect(review("patch").body.status.allowed).toBe(true);
    expect(review("delete").body.status.allowed).toBe(false);
  });
});

describe("an access entry", () => {
  const role = "arn:aws:iam::111122223333:role/prod-apply";
  function withEntry(changes: Partial<AccessEntryRecord>): Fixture {
    const fixture = clusterFixture();
    fixture.world.collection<AccessEntryRecord>(COLLECTIONS.accessEntries).set(`prod/${role}`, {
      clusterName: "prod",
      principalArn: role,
      username: "arn:aws:sts::111122223333:assumed-role/prod-apply/{{SessionName}}",
      kubernetesGroups: [],
      policies: [],
      ...changes,
    });
    return fixture;
  }
  const policy = (name: string, namespaces: string[] = []): AccessEntryRecord["policies"][number] => ({
    policyArn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
    scope: { type: namespaces.length > 0 ? "namespace" : "cluster", namespaces },
  });

  it("names the user of a role's session, and nobody else", () => {
    const { kubernetes } = withEntry({ kubernetesGroups: ["strata:appliers"] });
    expect(kubernetes.userOf("prod", role, "build-1")).toEqual({
      username: "arn:aws:sts::111122223333:assumed-role/prod-apply/build-1",
      groups: ["strata:appliers", "system:authenticated"],
      arn: "arn:aws:sts::111122223333:assumed-role/prod-apply/build-1",
    });
    expect(kubernetes.userOf("prod", `${role}-other`, "build-1")).toBeUndefined();
    expect(kubernetes.userOf("staging", role, "build-1")).toBeUndefined();
  });

  it.each([
    ["AmazonEKSClusterAdminPolicy", [200, 200, 200]],
    ["AmazonEKSAdminViewPolicy", [200, 200, 200]],
    ["AmazonEKSViewPolicy", [200, 403, 403]],
    ["AmazonEKSEditPolicy", [200, 200, 403]],
  ])("gives what %s gives: config maps, secrets, nodes", (name, statuses) => {
    const { kubernetes, request } = withEntry({ policies: [policy(name)] });
    const as = kubernetes.userOf("prod", role, "s") ?? user("nobody");
    const paths = ["/api/v1/configmaps", "/api/v1/secrets", "/api/v1/nodes"];
    expect(paths.map((path) => request("GET", path, undefined, { as }).status)).toEqual(statuses);
    const write = request("POST", "/api/v1/namespaces/default/configmaps", configMap("w"), { as }).status;
    expect(write).toBe(name.includes("View") ? 403 : 201);
  });

  it("reaches no further than the namespaces of its scope", () => {
    const { kubernetes, request } = withEntry({ policies: [policy("AmazonEKSAdminPolicy", ["default"])] });
    const as = kubernetes.userOf("prod", role, "s") ?? user("nobody");
    expect(request("GET", "/api/v1/namespaces/default/secrets", undefined, { as }).status).toBe(200);
    expect(request("GET", "/api/v1/namespaces/kube-system/secrets", undefined, { as }).status).toBe(403);
    expect(request("GET", "/api/v1/secrets", undefined, { as }).status).toBe(403);
  });
});
