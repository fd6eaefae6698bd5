import { noteCall } from "../aws/audit-trail.ts";
import { AWS_COLLECTIONS } from "../aws/collections.ts";
import type { ResourceRecord } from "../terraform/providers/aws/resource-store.ts";
import { COLLECTIONS } from "../world/records.ts";
import type { World } from "../world/world.ts";

/** What somebody does behind terraform's back. */
export const TAMPERINGS = ["edited", "deleted", "added"] as const;
export type Tampering = (typeof TAMPERINGS)[number];

/** What was done, for whoever wants to compare it with what is found. */
export interface Tampered {
  readonly kind: Tampering;
  readonly type: string;
  readonly id: string;
  readonly who: string;
}

/** Let this much time pass before somebody looks: CloudTrail learns of a call within a quarter of an hour. */
export const KNOWN_AFTER_MILLISECONDS = 20 * 60_000;

/**
 * Tampers as a named person with the console does: the world and the audit trail change, and nothing else. Each
 * kind takes the first resource that it can be done to, by type and id.
 * @throws Error if the world holds nothing of the kind
 */
export function tamper(
  world: World,
  place: { environment: string; accountId: string; region: string },
  kinds: readonly Tampering[],
): Tampered[] {
  const who = `arn:aws:sts::${place.accountId}:assumed-role/administrators/jo.doe`;
  const done = { edited, deleted, added } as const;
  return kinds.map((kind) => {
    const { record, call, names } = done[kind](world, place);
    noteCall(world, {
      at: world.clock.now(),
      source: call[0],
      name: call[1],
      who,
      resources: names,
    });
    return { kind, type: record.type, id: record.id, who };
  });
}

interface Deed {
  readonly record: ResourceRecord;
  readonly call: readonly [source: string, name: string];
  readonly names: readonly string[];
}

const resources = (world: World) => world.collection<ResourceRecord>(COLLECTIONS.resources);

function firstOf(world: World, type: string, fits: (record: ResourceRecord) => boolean): ResourceRecord {
  const found = resources(world)
    .values()
    .find((record) => record.type === type && fits(record));
  if (found) return found;
  throw new Error(`the world holds no ${type} that could be tampered with: deploy the layers first`);
}

const namesOf = ({ id, attributes }: ResourceRecord): string[] =>
  [...new Set([attributes.arn, id])].filter((name): name is string => typeof name === "string");

/** Turns off the rotation of a key. */
function edited(world: World): Deed {
  const record = firstOf(world, "aws_kms_key", ({ attributes }) => attributes.enable_key_rotation === true);
  const attributes = { ...record.attributes, enable_key_rotation: false };
  resources(world).set(`${record.type}/${record.id}`, { ...record, attributes });
  return { record, call: ["kms.amazonaws.com", "DisableKeyRotation"], names: namesOf(record) };
}

/** Deletes the alias of a key. */
function deleted(world: World): Deed {
  const record = firstOf(world, "aws_kms_alias", () => true);
  resources(world).delete(`${record.type}/${record.id}`);
  world.collection(AWS_COLLECTIONS.aliases).delete(record.id);
  return { record, call: ["kms.amazonaws.com", "DeleteAlias"], names: namesOf(record) };
}

/** Makes a queue in the environment's name. */
function added(
  world: World,
  { environment, accountId, region }: { environment: string; accountId: string; region: string },
): Deed {
  const name = `${environment}-by-hand`;
  const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
  const id = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
  const tags = { "strata:environment": environment, "strata:layer": "foundation" };
  const record: ResourceRecord = {
    type: "aws_sqs_queue",
    id,
    attributes: { id, arn, name, tags, tags_all: tags },
  };
  resources(world).set(`${record.type}/${id}`, record);
  return { record, call: ["sqs.amazonaws.com", "CreateQueue"], names: [arn, name] };
}
