import { createHash } from "node:crypto";
import * as z from "zod";
import { clip } from "../run/cause.ts";
import type { Attribution, Drifted } from "./drifted.ts";
import type { Person } from "./name-persons.ts";

/** What drift detection reads of an object; managedFields say who has set what, and when. */
export const ClusterObjectSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    ownerReferences: z.array(z.object({ kind: z.string() })).optional(),
    managedFields: z
      .array(
        z.object({
          manager: z.string().default("unknown"),
          operation: z.string(),
          time: z.string().optional(),
          subresource: z.string().optional(),
          fieldsV1: z.unknown(),
        }),
      )
      .optional(),
  }),
});
export type ClusterObject = z.infer<typeof ClusterObjectSchema>;

/** An object that a person's tool has made or changed. */
export const TouchedObjectSchema = z.strictObject({
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  what: z.enum(["edited", "unmanaged"]),
  fields: z.array(z.string()),
  manager: z.string(),
  at: z.iso.datetime({ offset: true }),
});
export type TouchedObject = z.infer<typeof TouchedObjectSchema>;

/**
 * Field managers that only a person's hand or script has: kubectl's verbs, dashboards, consoles. Everything else is
 * taken for a controller, so what a controller of somebody's own makes is not found here.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers
 */
const PERSONS = /^(kubectl($|-)|k9s$|Lens|OpenLens|Mozilla|headlamp|dashboard$|okteto)/i;
/** `kubectl rollout restart` changes an annotation and nothing else; pods that were restarted are no drift. */
const HARMLESS = /^(spec\.template\.metadata\.annotations|metadata\.annotations)(\.|$)/;

/** What marks an object as made by somebody who will keep it: a release, an application. */
function isManaged({ metadata }: ClusterObject): boolean {
  const { labels = {}, annotations = {}, ownerReferences = [], managedFields = [] } = metadata;
  return (
    ownerReferences.length > 0 ||
    labels["app.kubernetes.io/managed-by"] === "Helm" ||
    annotations["meta.helm.sh/release-name"] !== undefined ||
    annotations["argocd.argoproj.io/tracking-id"] !== undefined ||
    labels["argocd.argoproj.io/instance"] !== undefined ||
    managedFields.some(({ manager, subresource }) => subresource === undefined && !PERSONS.test(manager))
  );
}

/** What a person has done to an object since then; undefined if nobody has done anything that matters. */
export function touched(kind: string, object: ClusterObject, since: Date): TouchedObject | undefined {
  const { name, namespace, managedFields = [] } = object.metadata;
  const hands = managedFields
    .filter(({ manager, subresource }) => PERSONS.test(manager) && (subresource ?? "scale") === "scale")
    .filter(({ time }) => time !== undefined && Date.parse(time) > since.getTime())
    .sort((one, other) => ((one.time ?? "") < (other.time ?? "") ? 1 : -1));
  const [newest] = hands;
  if (newest?.time === undefined) return undefined;
  const what = isManaged(object) ? "edited" : "unmanaged";
  const fields = [...new Set(hands.flatMap(({ fieldsV1 }) => pathsOf(fieldsV1)))].filter(
    (path) => !HARMLESS.test(path),
  );
  if (what === "edited" && fields.length === 0) return undefined;
  return {
    kind,
    namespace,
    name,
    what,
    fields: what === "edited" ? fields.slice(0, 20) : [],
    manager: newest.manager,
    at: newest.time,
  };
}

/** `{"f:spec":{"f:replicas":{}}}` as `spec.replicas`; keys of lists are left as they are. */
function pathsOf(fields: unknown, path = ""): string[] {
  if (typeof fields !== "object" || fields === null) return [];
  const members = Object.entries(fields).filter(([key]) => key !== ".");
  if (members.length === 0) return path === "" ? [] : [path];
  return members.flatMap(([key, value]) => {
    const name = key.replace(/^f:/, "");
    return pathsOf(value, path === "" ? name : `${path}.${name}`);
  });
}

export const addressOf = ({ kind, namespace, name }: TouchedObject): string => `${kind} ${namespace}/${name}`;

/** Named by the audit log; else managedFields tell the tool, and why nobody knows more stands beside it. */
function whoOf(
  { manager }: TouchedObject,
  person: Person | undefined,
): Pick<Attribution, "who" | "nameless"> {
  if (person && "who" in person) return { who: person.who };
  const because = person ? ` (${clip(person.unknown, 200)})` : "";
  return { who: `somebody with ${manager}${because}`, nameless: true };
}

/** As drift: those that terraform itself reports already are left to it. */
export function driftOfObjects(
  objects: readonly TouchedObject[],
  layerOf: (namespace: string) => string,
  reported: readonly Drifted[],
  persons: ReadonlyMap<TouchedObject, Person> = new Map(),
): { drifted: Drifted[]; attributions: Map<Drifted, Attribution> } {
  const attributions = new Map<Drifted, Attribution>();
  const drifted = objects.flatMap((object) => {
    const attribution: Attribution = {
      ...whoOf(object, persons.get(object)),
      what: object.what === "edited" ? "an edit" : "a creation",
      at: new Date(object.at).toISOString(),
    };
    const known = reported.find(({ names }) => names.includes(`${object.namespace}/${object.name}`));
    if (known) {
      attributions.set(known, attribution);
      return [];
    }
    const each: Drifted = {
      layer: layerOf(object.namespace),
      address: addressOf(object),
      kind: object.what,
      severity: "warning",
      attributes: object.fields,
      fingerprint: createHash("sha256")
        .update(JSON.stringify([object.what, object.fields, object.manager, object.at]))
        .digest("hex"),
      names: [],
      global: false,
    };
    attributions.set(each, attribution);
    return [each];
  });
  return { drifted, attributions };
}
