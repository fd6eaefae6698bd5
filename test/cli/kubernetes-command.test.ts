import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kubernetesCommand } from "../../lib/cli/kubernetes-command.ts";
import { saveWorld } from "../../lib/cli/world-file.ts";
import { VirtualClock } from "../../lib/twin/clock.ts";
import { mintClusterAuthority } from "../../lib/twin/network/cluster-authority.ts";
import { type ClusterRecord, COLLECTIONS } from "../../lib/twin/world/records.ts";
import { World } from "../../lib/twin/world/world.ts";
import { clusterRecord, STARTS_AT } from "../twin/kubernetes/api/cluster-fixture.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "strata-kubernetes-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A saved world with one cluster. */
function savedWorld(name: string, changes: Partial<ClusterRecord> = {}): string {
  const world = new World(new VirtualClock(STARTS_AT));
  const record = clusterRecord("prod", { ...mintClusterAuthority(world, "prod", "eu-west-1"), ...changes });
  world.collection<ClusterRecord>(COLLECTIONS.clusters).set("prod", record);
  const path = join(directory, name);
  saveWorld(path, world.save());
  return path;
}

const options = { port: 0, speed: 1 };

describe("strata twin kubernetes", () => {
  it("rejects a world that is not there, and says how one is made", async () => {
    const world = join(directory, "none.json");
    await expect(kubernetesCommand({ ...options, world })).rejects.toThrow(
      `there is no such file. \`npm start -- --world ${world}\` deploys`,
    );
  });

  it("rejects a world without a cluster that answers", async () => {
    const world = savedWorld("deleting.json", { status: "DELETING" });
    await expect(kubernetesCommand({ ...options, world })).rejects.toThrow(
      "holds no cluster that answers (prod is DELETING)",
    );
  });

  it("rejects to write over a kubeconfig that is somebody's own", async () => {
    const world = savedWorld("own.json");
    const kubeconfig = join(directory, "config");
    writeFileSync(kubeconfig, "apiVersion: v1\nkind: Config\n");
    await expect(kubernetesCommand({ ...options, world, kubeconfig })).rejects.toThrow(
      "is there already, and not from here",
    );
    expect(readFileSync(kubeconfig, "utf8")).toContain("kind: Config");
  });

  it("rejects a kubeconfig that cannot be written, and one that is the world itself", async () => {
    const world = savedWorld("unwritable.json");
    const kubeconfig = join(directory, "nowhere", "config");
    await expect(kubernetesCommand({ ...options, world, kubeconfig })).rejects.toThrow("does not exist");
    await expect(kubernetesCommand({ ...options, world, kubeconfig: world })).rejects.toThrow("both name");
  });

  it("rejects a port that is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    const world = savedWorld("port.json");
    await expect(kubernetesCommand({ ...options, world, port })).rejects.toThrow(
      `--port ${port} is in use by another process`,
    );
    other.close();
  });

  it("saves the world at its end, with the time that went by", async () => {
    const world = savedWorld("served.json");
    const enough = new Promise((resolve) => setTimeout(resolve, 300));
    const code = await kubernetesCommand({ ...options, world, speed: 1000 }, enough);
    const { now } = (JSON.parse(readFileSync(world, "utf8")) as { world: { now: number } }).world;
    expect([code, now > STARTS_AT]).toEqual([0, true]);
    expect(readFileSync(`${world}.kubeconfig`, "utf8")).toContain("current-context: twin-admin@prod");
  });

  it("leaves a world alone that somebody else has changed meanwhile", async () => {
    const world = savedWorld("changed.json");
    const enough = new Promise((resolve) => setTimeout(resolve, 100)).then(() =>
      writeFileSync(world, "changed"),
    );
    await kubernetesCommand({ ...options, world }, enough);
    expect(readFileSync(world, "utf8")).toBe("changed");
    expect(readFileSync(`${world}.served`, "utf8")).toContain('"format":"strata-world/1"');
  });
});
