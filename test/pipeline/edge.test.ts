import { join } from "node:path";
import { expect, it } from "vitest";
import { assembly } from "../../lib/cli/assembly.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "../../lib/cli/places.ts";
import type { ApiObject } from "../../lib/twin/kubernetes/api/api-object.ts";
import { resourcesOf as resourcesIn } from "../../lib/twin/terraform/providers/aws/resource-store.ts";
import { COLLECTIONS, type LoadBalancerRecord } from "../../lib/twin/world/records.ts";
import { resultsOf } from "./run-facts.ts";
import { runToEnd, withTwin } from "./run-twin.ts";

it("proves every layer up to the app with Envoy Gateway at the edge, and nothing of ingress-nginx", async () => {
  const settings = [{ path: ["edge"], value: "envoy" }];
  const envoy = await assembly(PROJECT_ROOT, join(PROJECT_ROOT, WORK_DIRECTORY), settings);
  await withTwin(
    "foundation",
    async (twin) => {
      const { record } = await runToEnd(twin, { operation: "deploy", layers: ["app"] });
      expect(record.status, record.error?.cause).toBe("SUCCEEDED");
      expect(resultsOf(record)).toMatchObject({
        "platform-step02": "proven",
        "platform-step03": "proven",
        app: "proven",
      });
      const objects = twin.world.collection<ApiObject>(COLLECTIONS.kubernetesObjects).values();
      const named = (kind: string) =>
        objects.filter((one) => one.kind === kind).map((one) => one.metadata.name);
      expect(named("HTTPRoute").sort()).toEqual(["frontend", "to-https"]);
      expect(named("Ingress")).toEqual([]);
      expect(
        named("Deployment")
          .filter((name) => /nginx|envoy/.test(name))
          .sort(),
      ).toEqual(["envoy", "envoy-gateway"]);
      const balancers = twin.world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).values();
      expect(balancers.map(({ tags }) => tags["kubernetes.io/service-name"])).toEqual(["edge/envoy"]);
    },
    { assembly: envoy },
  );
});

it("proves the same with an Application Load Balancer, whose certificate and firewall are AWS's", async () => {
  const settings = [{ path: ["edge"], value: "alb" }];
  const alb = await assembly(PROJECT_ROOT, join(PROJECT_ROOT, WORK_DIRECTORY), settings);
  await withTwin(
    "foundation",
    async (twin) => {
      const { record } = await runToEnd(twin, { operation: "deploy", layers: ["app"] });
      expect(record.status, record.error?.cause).toBe("SUCCEEDED");
      expect(resultsOf(record)).toMatchObject({ "platform-step03": "proven", app: "proven" });
      const [balancer, ...others] = twin.world
        .collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers)
        .values();
      expect([balancer?.type, balancer?.name, others]).toEqual(["application", "prod-edge", []]);
      const associations = resourcesIn(twin.world, "aws_wafv2_web_acl_association");
      expect(associations.map(({ resource_arn }) => resource_arn)).toEqual([balancer?.arn]);
      const objects = twin.world.collection<ApiObject>(COLLECTIONS.kubernetesObjects).values();
      expect(objects.filter(({ kind }) => kind === "Ingress").map(({ metadata }) => metadata.name)).toEqual([
        "edge",
        "frontend",
      ]);
      const certificates = objects.filter(
        ({ kind, metadata }) => kind === "Certificate" && metadata.namespace === "onlineboutique",
      );
      expect(certificates).toEqual([]);
    },
    { assembly: alb },
  );
});
