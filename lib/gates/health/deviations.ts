import type { Verdict } from "./verdict.ts";

/** Where we judge otherwise than an upstream project on purpose. */
export interface Deviation {
  /** Whose verdict it is: the first part of a case's id. */
  readonly source: RegExp;
  readonly kind: string;
  readonly theirs: Verdict;
  readonly ours: Verdict;
  readonly reason: string;
}

/** Stands for every kind that no rule is written for. */
export const KIND_WITHOUT_RULE = "(a kind without a rule)";

const KSTATUS = /^(kstatus|flux-job|helm-wait)$/;
const ARGO = /^argo-/;

export const DEVIATIONS: readonly Deviation[] = [
  {
    source: KSTATUS,
    kind: KIND_WITHOUT_RULE,
    theirs: "healthy",
    ours: "unknown",
    reason: "kstatus takes an object that says nothing of itself for current; nothing is known of it",
  },
  {
    source: KSTATUS,
    kind: "Pod",
    theirs: "healthy",
    ours: "failed",
    reason: "kstatus takes a pod that ended with an error for current; nothing of it runs",
  },
  {
    source: KSTATUS,
    kind: "Pod",
    theirs: "failed",
    ours: "progressing",
    reason: "kstatus gives up on an unschedulable pod after 15 s; the autoscaler needs minutes for a node",
  },
  {
    source: ARGO,
    kind: "Pod",
    theirs: "progressing",
    ours: "failed",
    reason: "a crash loop is one whatever the restart policy; Argo CD looks at it for Always only",
  },
  {
    source: KSTATUS,
    kind: "Job",
    theirs: "healthy",
    ours: "progressing",
    reason: "kstatus takes a started job for current; a gate that waits for a job waits for its end",
  },
  {
    source: KSTATUS,
    kind: "Job",
    theirs: "healthy",
    ours: "suspended",
    reason: "kstatus takes a suspended job for current; it does nothing",
  },
  {
    source: ARGO,
    kind: "Job",
    theirs: "failed",
    ours: "progressing",
    reason: "Argo CD reads the type of a condition and not its status; Failed: False is a job that runs",
  },
  {
    source: ARGO,
    kind: "Job",
    theirs: "healthy",
    ours: "progressing",
    reason: "Argo CD takes a resumed job for healthy before it has run",
  },
  {
    source: KSTATUS,
    kind: "Deployment",
    theirs: "healthy",
    ours: "suspended",
    reason: "Helm does not wait for a paused rollout; a gate must say that it is paused",
  },
  {
    source: KSTATUS,
    kind: "Deployment",
    theirs: "progressing",
    ours: "suspended",
    reason: "kstatus lets a paused rollout wait for ever; it needs a person, not time",
  },
  {
    source: ARGO,
    kind: "Deployment",
    theirs: "healthy",
    ours: "progressing",
    reason: "Argo CD looks at counts only; Available or Progressing say False",
  },
  {
    source: KSTATUS,
    kind: "StatefulSet",
    theirs: "healthy",
    ours: "progressing",
    reason: "kstatus takes OnDelete for current at once, and a status without observedGeneration for one",
  },
  {
    source: /^kubectl-rollout$/,
    kind: "StatefulSet",
    theirs: "unknown",
    ours: "progressing",
    reason: "kubectl refuses to follow OnDelete; its pods are ready or not all the same",
  },
  {
    source: ARGO,
    kind: "StatefulSet",
    theirs: "healthy",
    ours: "progressing",
    reason: "Argo CD looks neither at pods too many nor at those of the old revision",
  },
  {
    source: KSTATUS,
    kind: "DaemonSet",
    theirs: "progressing",
    ours: "healthy",
    reason: "kstatus waits for updates that OnDelete leaves to a person",
  },
  {
    source: ARGO,
    kind: "DaemonSet",
    theirs: "healthy",
    ours: "progressing",
    reason: "Argo CD takes nodes that were not counted for none, and unready pods for available",
  },
  {
    source: KSTATUS,
    kind: "Service",
    theirs: "healthy",
    ours: "progressing",
    reason: "kstatus is content with a cluster address; a load balancer without address serves nobody",
  },
  {
    source: ARGO,
    kind: "PersistentVolumeClaim",
    theirs: "unknown",
    ours: "progressing",
    reason: "a claim without phase was made a moment ago",
  },
  {
    source: KSTATUS,
    kind: "CustomResourceDefinition",
    theirs: "healthy",
    ours: "failed",
    reason: "kstatus does not look at NonStructuralSchema; such a definition cannot be served as v1",
  },
  {
    source: ARGO,
    kind: "PodDisruptionBudget",
    theirs: "progressing",
    ours: "healthy",
    reason: "a budget whose generation was observed is computed, conditions or not",
  },
  {
    source: ARGO,
    kind: "HorizontalPodAutoscaler",
    theirs: "healthy",
    ours: "failed",
    reason: "Argo CD believes the first condition that says something; ScalingActive may be False after it",
  },
  {
    source: /^(cert-manager|argo-.*)$/,
    kind: "Certificate",
    theirs: "healthy",
    ours: "failed",
    reason: "Ready is what was true when it was written; a certificate whose time is over serves nobody",
  },
  {
    source: /^gateway-api$/,
    kind: "Gateway",
    theirs: "healthy",
    ours: "progressing",
    reason: "its test asks whether conditions are of the newest generation, not whether they hold",
  },
  {
    source: /^capi-node$/,
    kind: "Node",
    theirs: "progressing",
    ours: "healthy",
    reason: "Cluster API's caller says for how long a node must have been ready; the node itself does not",
  },
  {
    source: /^velero$/,
    kind: "Schedule",
    theirs: "healthy",
    ours: "suspended",
    reason: "velero says Enabled of a schedule that is paused; it makes no backups",
  },
  {
    source: ARGO,
    kind: "CronJob",
    theirs: "failed",
    ours: "healthy",
    reason: "one run that failed is the Job's matter; the next one is due by the schedule",
  },
  {
    source: ARGO,
    kind: "CronJob",
    theirs: "progressing",
    ours: "healthy",
    reason: "one run that goes on, or none that was due, says nothing against the schedule",
  },
  {
    source: ARGO,
    kind: "Certificate",
    theirs: "progressing",
    ours: "healthy",
    reason: "Ready while Issuing is a renewal: the certificate that is there still serves",
  },
  {
    source: ARGO,
    kind: "Certificate",
    theirs: "failed",
    ours: "progressing",
    reason:
      "cert-manager goes on after Ready: False by itself, unless its reason is final; the deadline decides",
  },
];

/** The deviation that explains a difference, if it is one of those that are meant. */
export const deviationFor = (
  source: string,
  kind: string,
  theirs: string,
  ours: Verdict,
): Deviation | undefined =>
  DEVIATIONS.find(
    (each) => each.source.test(source) && each.kind === kind && each.theirs === theirs && each.ours === ours,
  );
