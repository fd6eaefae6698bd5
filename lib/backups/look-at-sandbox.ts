import * as z from "zod";
import type { Resource } from "../clients/kubernetes/resources.ts";
import {
  DAEMON_SETS,
  DEPLOYMENTS,
  JOBS,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  STATEFUL_SETS,
} from "../clients/kubernetes/resources.ts";
import type { ClusterWriter } from "../clients/kubernetes/writer.ts";
import { healthOf } from "../gates/health/health-of.ts";
import { MetadataSchema } from "../gates/objects.ts";
import { settle } from "./evidence.ts";
import { judgeSandbox, type ObjectHealth, readCanary, type SandboxFacts } from "./judge-sandbox.ts";
import { judgeMeasured, type Measured, measure } from "./measure.ts";
import type { VerificationPorts } from "./ports.ts";
import { canaryJob } from "./sandbox.ts";
import type { Execution, Target } from "./settings.ts";

const TerminatedSchema = z.object({ message: z.string().optional() }).optional();
const ContainerSchema = z.looseObject({
  state: z.looseObject({ terminated: TerminatedSchema }).optional(),
  lastState: z.looseObject({ terminated: TerminatedSchema }).optional(),
});
const ObjectSchema = z.looseObject({
  metadata: MetadataSchema.loose(),
  status: z.looseObject({ containerStatuses: z.array(ContainerSchema).optional() }).optional(),
});
type AnyObject = z.infer<typeof ObjectSchema>;

const JOB_LABEL = "job-name";

/**
 * Lives what was restored? The Job that reads the canary is made as soon as there is a sandbox, and once only.
 * @throws NotReadyError (retryable) while it is on its way
 * @throws GateFailedError if something will not come, the canary is not whole, or a target is missed
 */
export async function lookAtSandbox(
  event: {
    execution: Execution;
    target: Target;
    since: string;
    deadlineMinutes: number;
    restored: { startedAt: string; completedAt: string };
  },
  ports: VerificationPorts,
  now: Date,
): Promise<{ measured: Measured }> {
  const { execution, target, restored } = event;
  const facts = await ports.withCluster(now, async (cluster) => {
    await cluster.create(JOBS, canaryJob(target));
    return observe(cluster, target.sandbox, now);
  });
  const findings = judgeSandbox(facts, target);
  const path = [target.name, "sandbox"];
  await settle(findings, { ...event, path }, ports, now);
  const canary = readCanary(facts.job?.lastWords ?? "") ?? { writtenAt: "", sha256: "" };
  const measured = measure(target, restored, canary, execution.startedAt, now.toISOString());
  await settle([...findings, ...judgeMeasured(measured, target)], { execution, path }, ports, now);
  return { measured };
}

async function observe(cluster: ClusterWriter, namespace: string, now: Date): Promise<SandboxFacts> {
  const read = async (
    resource: Resource,
    kind: string,
  ): Promise<(ObjectHealth & { object: AnyObject })[]> => {
    const objects = await cluster.list(resource, { namespace }, ObjectSchema);
    const apiVersion = resource.group ? `${resource.group}/${resource.version}` : resource.version;
    return objects.map((object) => ({
      kind,
      name: object.metadata.name,
      // A list leaves out of its items what it says once of itself.
      health: healthOf({ ...object, apiVersion, kind }, now.getTime()),
      lastWords: lastWordsOf(object),
      object,
    }));
  };
  const pods = await read(PODS, "Pod");
  const isJobs = ({ object }: { object: AnyObject }): boolean =>
    object.metadata.labels?.[JOB_LABEL] !== undefined;
  const [job] = await read(JOBS, "Job");
  const said = pods.find((pod) => isJobs(pod))?.lastWords;
  return {
    claims: await read(PERSISTENT_VOLUME_CLAIMS, "PersistentVolumeClaim"),
    workloads: [
      ...(await read(DEPLOYMENTS, "Deployment")),
      ...(await read(STATEFUL_SETS, "StatefulSet")),
      ...(await read(DAEMON_SETS, "DaemonSet")),
    ],
    pods: pods.filter((pod) => !isJobs(pod)),
    job: job && { ...job, lastWords: said },
  };
}

const lastWordsOf = ({ status }: AnyObject): string | undefined =>
  (status?.containerStatuses ?? [])
    .map(({ state, lastState }) => state?.terminated?.message ?? lastState?.terminated?.message)
    .find((message) => message !== undefined);
