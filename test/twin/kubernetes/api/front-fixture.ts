import type { Aws, Credentials, Principal } from "../../../../lib/twin/aws/contract.ts";
import { VirtualClock } from "../../../../lib/twin/clock.ts";
import { KubernetesTwin } from "../../../../lib/twin/kubernetes/api/kubernetes-twin.ts";
import { type KubernetesFront, serveKubernetes } from "../../../../lib/twin/kubernetes/api/serve.ts";
import { mintClusterAuthority } from "../../../../lib/twin/network/cluster-authority.ts";
import { type ClusterRecord, COLLECTIONS } from "../../../../lib/twin/world/records.ts";
import { World } from "../../../../lib/twin/world/world.ts";
import { clusterRecord, STARTS_AT } from "./cluster-fixture.ts";

/** Sessions of roles, as the emulator hands them out; nothing else of AWS is asked. */
export function fakeAws(): Aws {
  const sessions = new Map<string, Principal>();
  const unasked = (): never => {
    throw new Error("no AWS operation is expected here");
  };
  return {
    accountId: "111122223333",
    region: "eu-west-1",
    call: unasked,
    authorize: unasked,
    credentials: (roleArn, sessionName): Credentials => {
      const name = Buffer.from(`${roleArn}${sessionName}`).toString("hex").toUpperCase();
      const accessKeyId = `ASIA${name.slice(-16)}`;
      sessions.set(accessKeyId, { roleArn, sessionName });
      return {
        accessKeyId,
        secretAccessKey: `secret-of-${name.slice(-16)}`,
        sessionToken: `session-${name}`,
      };
    },
    whoIs: (accessKeyId) => sessions.get(accessKeyId),
  };
}

export interface FrontFixture {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly aws: Aws;
  readonly kubernetes: KubernetesTwin;
  readonly front: KubernetesFront;
}

/** A world whose clusters have authorities of their own, and the TLS front before them. */
export async function frontFixture(...names: string[]): Promise<FrontFixture> {
  const clock = new VirtualClock(STARTS_AT);
  const world = new World(clock);
  for (const name of names) {
    const record = clusterRecord(name, mintClusterAuthority(world, name, "eu-west-1"));
    world.collection<ClusterRecord>(COLLECTIONS.clusters).set(name, record);
  }
  const aws = fakeAws();
  const kubernetes = new KubernetesTwin({ world, aws });
  const front = await serveKubernetes({ world, aws, kubernetes });
  return { world, clock, aws, kubernetes, front };
}
