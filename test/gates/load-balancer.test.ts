import { describe, expect, it } from "vitest";
import type * as z from "zod";
import type { ClusterReader } from "../../lib/clients/kubernetes/client.ts";
import { KubernetesError } from "../../lib/clients/kubernetes/errors.ts";
import type { EdgeAddress, LoadBalancerFacts } from "../../lib/gates/load-balancer/facts.ts";
import { findEdge } from "../../lib/gates/load-balancer/find-edge.ts";
import { judgeLoadBalancer } from "../../lib/gates/load-balancer/judge.ts";
import { answers, FORBIDDEN, GATE, read } from "./samples.ts";

const NAME = "a0-1.elb.eu-central-1.amazonaws.com";
const SERVICE: EdgeAddress = { source: "Service edge/proxy", address: NAME, ports: [80, 443] };
const target = (state: string) => ({ name: "10.0.1.7:443", state, reason: undefined });
const balancer = (state = "active", ...states: string[]) => ({
  name: "a0",
  type: "network",
  state,
  targetGroups: [{ name: "https", targets: states.map(target) }],
});
const FACTS: LoadBalancerFacts = {
  edge: read([SERVICE]),
  balancer: balancer("active", "healthy", "healthy"),
  ports: [
    { port: 80, problem: undefined },
    { port: 443, problem: undefined },
  ],
};
const judge = (facts: Partial<LoadBalancerFacts>) =>
  answers(judgeLoadBalancer({ ...FACTS, ...facts }, { ...GATE, namespace: "edge" }));

describe("a load balancer", () => {
  it("passes with one address, healthy targets and ports that answer", () => {
    expect(judge({})).toEqual([
      "load-balancer-address: pass",
      "load-balancer-active: pass",
      "load-balancer-targets: pass",
      "load-balancer-reachable: pass",
      "load-balancer-reachable: pass",
    ]);
  });

  it.each<[string, LoadBalancerFacts["edge"], string]>([
    ["nothing that brings visitors in", read([]), "pending"],
    ["no right to look", FORBIDDEN, "unknown"],
    ["no address yet", read([{ ...SERVICE, address: undefined }]), "pending"],
    [
      "a Gateway that says the same as its Service",
      read([SERVICE, { ...SERVICE, source: "Gateway edge/edge" }]),
      "pass",
    ],
    [
      "a Gateway that has no address beside its Service's",
      read([SERVICE, { ...SERVICE, source: "Gateway edge/edge", address: undefined }]),
      "pending",
    ],
    [
      "a Gateway at another address",
      read([SERVICE, { ...SERVICE, source: "Gateway edge/edge", address: "other" }]),
      "fail",
    ],
    ["a Gateway alone", read([{ ...SERVICE, source: "Gateway edge/alb" }]), "pass"],
  ])("with %s", (_what, edge, answer) => {
    expect(judge({ edge })[0]).toBe(`load-balancer-address: ${answer}`);
  });

  it.each<[string, LoadBalancerFacts["balancer"], string[]]>([
    ["AWS does not know", undefined, ["load-balancer-active: pending"]],
    ["is provisioned", balancer("provisioning", "initial"), ["load-balancer-active: pending"]],
    ["has failed", balancer("failed"), ["load-balancer-active: fail"]],
    ["is impaired", balancer("active_impaired", "healthy"), ["load-balancer-active: pending"]],
    [
      "is active without a target",
      balancer("active"),
      ["load-balancer-active: pass", "load-balancer-targets: pending"],
    ],
    [
      "is active and its targets are not healthy yet",
      balancer("active", "initial", "initial"),
      ["load-balancer-active: pass", "load-balancer-targets: pending"],
    ],
    [
      "is active with nothing but unhealthy targets",
      balancer("active", "unhealthy", "unused"),
      ["load-balancer-active: pass", "load-balancer-targets: pending"],
    ],
    [
      "has one healthy target among nodes without a proxy",
      balancer("active", "unhealthy", "healthy"),
      ["load-balancer-active: pass", "load-balancer-targets: pass"],
    ],
    [
      "has no target group",
      { ...balancer(), targetGroups: [] },
      ["load-balancer-active: pass", "load-balancer-targets: pending"],
    ],
    [
      "is of the application type and waits for its first application",
      { ...balancer(), type: "application", targetGroups: [] },
      ["load-balancer-active: pass", "load-balancer-targets: pass"],
    ],
  ])("that %s", (_what, found, expected) => {
    expect(judge({ balancer: found }).slice(1, -2)).toEqual(expected);
  });

  it("is judged target group by target group: one dead port is one too many", () => {
    const groups = [
      { name: "http", targets: [target("healthy")] },
      { name: "https", targets: [target("unhealthy")] },
    ];
    expect(judge({ balancer: { ...balancer(), targetGroups: groups } }).slice(2, 4)).toEqual([
      "load-balancer-targets: pass",
      "load-balancer-targets: pending",
    ]);
  });

  it("waits for a silent port, and fails without any", () => {
    expect(judge({ ports: [{ port: 443, problem: "ECONNREFUSED" }] }).at(-1)).toBe(
      "load-balancer-reachable: pending",
    );
    expect(judge({ ports: [] }).at(-1)).toBe("load-balancer-reachable: fail");
  });
});

describe("the edge of a namespace", () => {
  const objects: Record<string, object[]> = {
    services: [
      { metadata: { name: "metrics" }, spec: { type: "ClusterIP", ports: [{ port: 9_090 }] } },
      {
        metadata: { name: "proxy" },
        spec: { type: "LoadBalancer", ports: [{ port: 443 }, { port: 443, protocol: "UDP" }] },
        status: { loadBalancer: { ingress: [{ hostname: NAME }] } },
      },
    ],
    gateways: [
      {
        metadata: { name: "alb" },
        spec: { listeners: [{ port: 80 }, { port: 443 }, { port: 443 }] },
        status: { addresses: [{ type: "Hostname", value: NAME }] },
      },
    ],
    ingresses: [{ metadata: { name: "shop" }, spec: { tls: [{}] }, status: {} }],
  };
  const cluster = (error?: KubernetesError) =>
    ({
      list: async ({ resource }: { resource: string }, _place: object, schema: z.ZodType) => {
        if (error && resource === "gateways") throw error;
        return objects[resource]?.map((object) => schema.parse(object));
      },
    }) as unknown as ClusterReader;

  it("is found in Services of type LoadBalancer, Gateways and Ingresses alike", async () => {
    const edge = (addresses: EdgeAddress[]) => read(addresses);
    await expect(findEdge(cluster(), "edge")).resolves.toMatchObject(
      edge([
        { source: "Service edge/proxy", address: NAME, ports: [443] },
        { source: "Gateway edge/alb", address: NAME, ports: [80, 443] },
        { source: "Ingress edge/shop", address: undefined, ports: [80, 443] },
      ]),
    );
  });
  it("has no Gateways where their definitions are not installed, and is unknown where they may not be read", async () => {
    await expect(findEdge(cluster(new KubernetesError(404, "not served")), "edge")).resolves.toMatchObject({
      read: true,
      value: [{ source: "Service edge/proxy" }, { source: "Ingress edge/shop" }],
    });
    await expect(findEdge(cluster(new KubernetesError(403, "forbidden")), "edge")).resolves.toEqual({
      read: false,
      problem: "forbidden",
    });
  });
});
