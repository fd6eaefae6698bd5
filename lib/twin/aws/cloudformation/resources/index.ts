import type { ResourceType } from "../resource-type.ts";
import { functionTypes } from "./functions.ts";
import { httpApiTypes } from "./http-apis.ts";
import { keyTypes } from "./keys.ts";
import { messagingTypes } from "./messaging.ts";
import { networkTypes } from "./network.ts";
import { observabilityTypes } from "./observability.ts";
import { pipelineTypes } from "./pipelines.ts";
import { roleTypes } from "./roles.ts";
import { scheduleTypes } from "./schedules.ts";
import { storageTypes } from "./storage.ts";

/** Every resource type that a template may use. */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  ...functionTypes,
  ...httpApiTypes,
  ...keyTypes,
  ...messagingTypes,
  ...networkTypes,
  ...observabilityTypes,
  ...pipelineTypes,
  ...roleTypes,
  ...scheduleTypes,
  ...storageTypes,
};
