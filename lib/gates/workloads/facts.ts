import * as z from "zod";
import { ConditionsSchema, MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";
import type { Support } from "./supports.ts";

/** Counters are left out of JSON when they are 0. */
const count = z.int().default(0);

export const DeploymentSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ replicas: z.int().default(1), paused: z.boolean().optional() }),
  status: z
    .object({
      observedGeneration: z.int().optional(),
      replicas: count,
      updatedReplicas: count,
      availableReplicas: count,
      conditions: ConditionsSchema,
    })
    .optional(),
});
export type Deployment = z.infer<typeof DeploymentSchema>;

const strategy = z
  .object({
    type: z.string().optional(),
    rollingUpdate: z.object({ partition: z.int().optional() }).nullish(),
  })
  .optional();
export const StatefulSetSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ replicas: z.int().default(1), updateStrategy: strategy }),
  status: z
    .object({
      observedGeneration: z.int().optional(),
      replicas: count,
      readyReplicas: count,
      updatedReplicas: count,
      currentRevision: z.string().optional(),
      updateRevision: z.string().optional(),
    })
    .optional(),
});
export type StatefulSet = z.infer<typeof StatefulSetSchema>;

export const DaemonSetSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ updateStrategy: strategy }),
  status: z
    .object({
      observedGeneration: z.int().optional(),
      /** Never left out of JSON by its controller: absent, the nodes were not counted. */
      desiredNumberScheduled: z.int().optional(),
      updatedNumberScheduled: count,
      numberReady: count,
      numberAvailable: count,
    })
    .optional(),
});
export type DaemonSet = z.infer<typeof DaemonSetSchema>;

const ContainerStatusSchema = z.object({
  name: z.string(),
  image: z.string().optional(),
  ready: z.boolean().optional(),
  restartCount: count,
  state: z
    .object({
      waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
      running: z.object({ startedAt: z.string().nullish() }).optional(),
    })
    .optional(),
});
export const PodSchema = z.object({
  metadata: MetadataSchema,
  spec: z
    .object({
      containers: z.array(z.object({ name: z.string(), image: z.string().optional() })).default([]),
      initContainers: z.array(z.object({ name: z.string(), image: z.string().optional() })).default([]),
    })
    .optional(),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      conditions: ConditionsSchema,
      containerStatuses: z.array(ContainerStatusSchema).default([]),
      initContainerStatuses: z.array(ContainerStatusSchema).default([]),
    })
    .optional(),
});
export type Pod = z.infer<typeof PodSchema>;

export interface NamespaceFacts {
  readonly namespace: string;
  readonly deployments: Reading<Deployment[]>;
  readonly statefulSets: Reading<StatefulSet[]>;
  readonly daemonSets: Reading<DaemonSet[]>;
  readonly pods: Reading<Pod[]>;
  /** Of every kind in SUPPORT_KINDS, and the APIServices that are served from here. */
  readonly supports: Reading<Support[]>;
}
export interface WorkloadsFacts {
  readonly namespaces: readonly NamespaceFacts[];
}
