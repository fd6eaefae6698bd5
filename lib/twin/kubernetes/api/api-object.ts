import type { Json } from "../../world/world.ts";

export type OwnerReference = {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export type ObjectMeta = {
  name: string;
  namespace?: string;
  generateName?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  finalizers?: string[];
  labels?: { [key: string]: string };
  annotations?: { [key: string]: string };
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
};

export type ManagedFieldsEntry = {
  manager: string;
  operation: "Apply" | "Update";
  apiVersion: string;
  time: string;
  fieldsType: "FieldsV1";
  fieldsV1: { [key: string]: Json };
  subresource?: string;
};

/** An object as it is stored and answered. */
export type ApiObject = { apiVersion: string; kind: string; metadata: ObjectMeta; [field: string]: Json };

/** RFC 3339 in seconds, the precision of the API's timestamps. */
export const timestamp = (milliseconds: number): string =>
  new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().replace(".000Z", "Z");
