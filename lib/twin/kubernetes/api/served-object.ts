import type { Json } from "../../world/world.ts";
import type { ApiObject } from "./api-object.ts";
import { newerScaler, olderScaler } from "./autoscaler-versions.ts";
import { isObject, type JsonObject } from "./json-values.ts";
import { apiVersionOf, type ResourceKind } from "./kinds/resource-kind.ts";

/** A stored object in the version that was asked for: the same one unless another version is stored. */
export function servedObject(kind: ResourceKind, object: ApiObject): ApiObject {
  if (kind.storedAs) return kind.group === "autoscaling" ? olderScaler(object) : eventOfEventsGroup(object);
  const apiVersion = apiVersionOf(kind);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
function eventOfEventsGroup(event: ApiObject): ApiObject {
  const {
    involvedObject,
    message,
    reportingComponent,
    source,
    count,
    firstTimestamp,
    lastTimestamp,
    ...rest
  } = event as ApiObject & JsonObject;
  const renamed: { [key: string]: Json | undefined } = {
    regarding: involvedObject,
    note: message,
    reportingController: reportingComponent,
    deprecatedSource: source,
    deprecatedCount: count,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
  };
  const present = Object.entries(renamed).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return { ...rest, apiVersion: "events.k8s.io/v1", ...Object.fromEntries(present) } as ApiObject;
}

/** A body in the form that is stored: of an Event the core one, of an autoscaler v2. */
export function storedBody(kind: ResourceKind, body: Json | undefined): Json | undefined {
  if (!kind.storedAs || !isObject(body)) return body;
  return kind.group === "autoscaling" ? newerScaler(body) : coreEvent(body);
}

function coreEvent(body: JsonObject): Json {
  const {
    regarding,
    note,
    reportingController,
    deprecatedSource,
    deprecatedCount,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    ...rest
  } = body;
  const renamed: { [key: string]: Json | undefined } = {
    involvedObject: regarding,
    message: note,
    reportingComponent: reportingController,
    source: deprecatedSource,
    count: deprecatedCount,
    firstTimestamp: deprecatedFirstTimestamp,
    lastTimestamp: deprecatedLastTimestamp,
  };
  const present = Object.entries(renamed).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return { ...rest, ...Object.fromEntries(present) };
}
