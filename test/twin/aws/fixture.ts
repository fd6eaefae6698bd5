import type { AwsServer } from "../../../lib/twin/aws/contract.ts";
import { AwsEmulator } from "../../../lib/twin/aws/emulator.ts";
import { serve } from "../../../lib/twin/aws/serve.ts";
import { VirtualClock } from "../../../lib/twin/clock.ts";
import { type BucketRecord, COLLECTIONS, type RoleRecord } from "../../../lib/twin/world/records.ts";
import { type Json, World } from "../../../lib/twin/world/world.ts";

export const ACCOUNT = "111122223333";
export const REGION = "eu-central-1";
export const ROOT = { roleArn: `arn:aws:iam::${ACCOUNT}:root`, sessionName: "root" };

export interface Fixture {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly aws: AwsEmulator;
}

export function makeAws(): Fixture {
  const clock = new VirtualClock(Date.UTC(2026, 10, 24, 8));
  const world = new World(clock);
  return { world, clock, aws: new AwsEmulator({ world, region: REGION }) };
}

/** Options of an SDK client that reaches the server as `roleArn`, root unless given. */
export function clientOptions(aws: AwsEmulator, server: AwsServer, roleArn = ROOT.roleArn) {
  return {
    endpoint: server.url,
    region: REGION,
    credentials: aws.credentials(roleArn, "test"),
    maxAttempts: 1,
  };
}

export async function served<T>(aws: AwsEmulator, use: (server: AwsServer) => Promise<T>): Promise<T> {
  const server = await serve(aws);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

export function makeRole(world: World, name: string, statements: Json[], boundary?: Json[]): string {
  const arn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  const record: RoleRecord = {
    name,
    arn,
    assumeRolePolicy: {},
    policies: { inline: { Version: "2012-10-17", Statement: statements } },
    ...(boundary ? { permissionsBoundary: { Version: "2012-10-17", Statement: boundary } } : {}),
    tags: { team: "platform" },
    controlPlane: false,
  };
  world.collection<RoleRecord>(COLLECTIONS.roles).set(name, record);
  return arn;
}

export function makeBucket(world: World, name: string, changes: Partial<BucketRecord> = {}): void {
  world.collection<BucketRecord>(COLLECTIONS.buckets).set(name, {
    name,
    arn: `arn:aws:s3:::${name}`,
    region: REGION,
    versioning: true,
    tags: {},
    configuration: {},
    controlPlane: false,
    ...changes,
  });
}
