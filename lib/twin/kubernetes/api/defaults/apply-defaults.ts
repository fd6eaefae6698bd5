import type { ApiObject } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { defaultConfiguration } from "./configuration.ts";
import { defaultCustom } from "./custom-resource.ts";
import { defaultNetworking } from "./networking.ts";
import { defaultService } from "./service.ts";
import { defaultStorage } from "./storage.ts";
import { defaultWorkload } from "./workload.ts";

type Defaulting = (
  kind: ResourceKind,
  object: ApiObject,
  state: ClusterState,
  existing: ApiObject | undefined,
) => void;

const CORE: Readonly<Record<string, Defaulting>> = {
  services: defaultService,
  persistentvolumes: defaultStorage,
  persistentvolumeclaims: defaultStorage,
  pods: defaultWorkload,
  replicationcontrollers: defaultWorkload,
};

const GROUPS: Readonly<Record<string, Defaulting>> = {
  apps: defaultWorkload,
  batch: defaultWorkload,
  "storage.k8s.io": defaultStorage,
  "networking.k8s.io": defaultNetworking,
  policy: defaultNetworking,
  autoscaling: defaultNetworking,
};

/** Fills in what the API server fills in, so that clients read back what they would from a real one. */
export function applyDefaults(
  state: ClusterState,
  kind: ResourceKind,
  object: ApiObject,
  existing?: ApiObject,
): void {
  const known = kind.group === "" ? CORE[kind.plural] : GROUPS[kind.group];
  const fill = kind.custom ? defaultCustom : (known ?? defaultConfiguration);
  fill(kind, object, state, existing);
}
