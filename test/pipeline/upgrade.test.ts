import { join } from "node:path";
import { expect, it } from "vitest";
import { assembly } from "../../lib/cli/assembly.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "../../lib/cli/places.ts";
import type { ApiObject } from "../../lib/twin/kubernetes/api/api-object.ts";
import {
  type AddonRecord,
  type ClusterRecord,
  COLLECTIONS,
  type NodegroupRecord,
} from "../../lib/twin/world/records.ts";
import { resultsOf, stepOf } from "./run-facts.ts";
import { runToEnd, withTwin } from "./run-twin.ts";

/** The control plane 10 min, then add-ons 30 s, then four nodes of 4 min each: docs/latencies.md. */
const ONE_AFTER_ANOTHER_MINUTES = 10 + 0.5 + 4 * 4;

it("upgrades control plane, add-ons and nodes in turn by one value, and proves what came of it", async () => {
  const settings = [{ path: ["kubernetesVersion"], value: "1.36" }];
  const upgraded = await assembly(PROJECT_ROOT, join(PROJECT_ROOT, WORK_DIRECTORY), settings);
  await withTwin(
    "foundation",
    async (twin) => {
      const { record } = await runToEnd(twin, { operation: "deploy", layers: ["foundation"] });
      expect(record.status, record.error?.cause).toBe("SUCCEEDED");
      expect(resultsOf(record).foundation).toBe("proven");
      // Control plane, node group, and the add-ons whose release belongs to the version.
      expect(record.layers[0]?.plan).toEqual({ add: 0, change: 4, replace: 0, destroy: 0 });
      const apply = stepOf(record, "Apply foundation");
      expect((apply.endedAt - apply.startedAt) / 60_000).toBeGreaterThan(ONE_AFTER_ANOTHER_MINUTES);

      const all = <T>(collection: string): T[] => twin.world.collection<T>(collection).values();
      const [cluster] = all<ClusterRecord>(COLLECTIONS.clusters);
      const [group] = all<NodegroupRecord>(COLLECTIONS.nodegroups);
      expect([cluster, group].map((one) => [one?.version, one?.status])).toEqual([
        ["1.36", "ACTIVE"],
        ["1.36", "ACTIVE"],
      ]);
      const proxy = all<AddonRecord>(COLLECTIONS.addons).find(({ name }) => name === "kube-proxy");
      expect(proxy).toMatchObject({ status: "ACTIVE", version: expect.stringMatching(/^v1\.36\./) });
      const objects = all<ApiObject>(COLLECTIONS.kubernetesObjects);
      const nodes = objects.filter(({ kind }) => kind === "Node");
      expect(nodes).toHaveLength(4);
      for (const { status } of nodes)
        expect(status).toMatchObject({ nodeInfo: { kubeletVersion: expect.stringMatching(/^v1\.36\./) } });
    },
    { assembly: upgraded },
  );
});
