import type { ParameterRecord } from "../../lib/twin/aws/collections.ts";
import { COLLECTIONS, type ObjectVersion } from "../../lib/twin/world/records.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";

/** A secret value and where it stands. */
type Secret = readonly [place: string, value: string];

/** Keys of a Secret that are public by their nature, or (helm's) no credential. */
const PUBLIC = ["release", "ca", "ca.crt", "cert", "tls.crt", "admin-user"];
/** Shorter values could stand anywhere by chance. */
const SHORTEST = 12;

/** Every secret value that a world holds, by where: Kubernetes Secrets, SecureStrings, generated passwords. */
export function secretsOf(world: WorldSnapshot, stateBucket: string): Map<string, string> {
  const all = [...inCluster(world), ...inParameterStore(world), ...inStates(world, stateBucket)];
  return new Map(all.filter(([, value]) => value.length >= SHORTEST));
}

const recordsOf = <T>({ collections }: WorldSnapshot, name: string): [string, T][] =>
  Object.entries(collections[name] ?? {}) as [string, T][];

const inCluster = (world: WorldSnapshot): Secret[] =>
  recordsOf<{ data?: Record<string, string> }>(world, COLLECTIONS.kubernetesObjects)
    .filter(([key]) => key.includes("/v1/Secret/"))
    .flatMap(([key, { data = {} }]) =>
      Object.entries(data)
        .filter(([name]) => !PUBLIC.includes(name))
        .map(([name, value]): Secret => [`${key} ${name}`, Buffer.from(value, "base64").toString()]),
    );

const inParameterStore = (world: WorldSnapshot): Secret[] =>
  recordsOf<ParameterRecord>(world, COLLECTIONS.parameters)
    .filter(([, { type }]) => type === "SecureString")
    .map(([name, { value }]) => [`parameter ${name}`, value]);

interface State {
  readonly resources?: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: { readonly result?: string } }[];
  }[];
}

const inStates = (world: WorldSnapshot, stateBucket: string): Secret[] =>
  recordsOf<ObjectVersion[]>(world, COLLECTIONS.objects)
    .filter(([key]) => key.startsWith(`${stateBucket}/`) && key.endsWith(".tfstate"))
    .flatMap(([key, versions]) => passwordsOf(key, versions.at(-1)?.body ?? ""));

function passwordsOf(key: string, body: string): Secret[] {
  if (body === "") return [];
  const { resources = [] } = JSON.parse(Buffer.from(body, "base64").toString()) as State;
  return resources
    .filter(({ type }) => type === "random_password")
    .flatMap(({ name, instances }) =>
      instances.map(({ attributes }): Secret => [`password ${name} in ${key}`, attributes.result ?? ""]),
    );
}
