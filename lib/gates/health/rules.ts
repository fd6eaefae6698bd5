import * as certManager from "./cert-manager.ts";
import { judgedByReady } from "./conditions.ts";
import * as core from "./core.ts";
import { judgeDaemonSet } from "./daemon-set.ts";
import * as delivery from "./delivery.ts";
import * as extensions from "./extensions.ts";
import * as gateway from "./gateway.ts";
import { judgeCronJob, judgeJob } from "./jobs.ts";
import * as operators from "./operators.ts";
import { judgePod } from "./pod.ts";
import { judgeDeployment, judgeReplicaSet } from "./replicas.ts";
import * as scaling from "./scaling.ts";
import { judgeStatefulSet } from "./stateful-set.ts";
import type { Subject } from "./subject.ts";
import * as velero from "./velero.ts";
import type { Health } from "./verdict.ts";

export type Rule = (subject: Subject, now: number) => Health;

const kinds = (group: string, rules: Readonly<Record<string, Rule>>): [string, Rule][] =>
  Object.entries(rules).map(([kind, rule]) => [`${group}/${kind}`, rule]);

/** By group and kind; versions of a kind are judged alike. */
const RULES: ReadonlyMap<string, Rule> = new Map([
  ...kinds("", {
    Node: core.judgeNode,
    PersistentVolumeClaim: core.judgeClaim,
    Pod: judgePod,
    Service: core.judgeService,
  }),
  ...kinds("apps", {
    DaemonSet: judgeDaemonSet,
    Deployment: judgeDeployment,
    ReplicaSet: judgeReplicaSet,
    StatefulSet: judgeStatefulSet,
  }),
  ...kinds("batch", { CronJob: judgeCronJob, Job: judgeJob }),
  ...kinds("apiextensions.k8s.io", { CustomResourceDefinition: extensions.judgeDefinition }),
  ...kinds("apiregistration.k8s.io", { APIService: extensions.judgeApiService }),
  ...kinds("autoscaling", { HorizontalPodAutoscaler: scaling.judgeAutoscaler }),
  ...kinds("policy", { PodDisruptionBudget: scaling.judgeBudget }),
  ...kinds("networking.k8s.io", { Ingress: core.judgeIngress }),
  ...kinds("snapshot.storage.k8s.io", {
    VolumeSnapshot: core.judgeSnapshot,
    VolumeSnapshotContent: core.judgeSnapshot,
  }),
  ...kinds("gateway.networking.k8s.io", {
    BackendTLSPolicy: gateway.judgePolicy,
    GatewayClass: gateway.judgeGatewayClass,
    Gateway: gateway.judgeGateway,
    GRPCRoute: gateway.judgeRoute,
    HTTPRoute: gateway.judgeRoute,
    ListenerSet: gateway.judgeListenerSet,
    TCPRoute: gateway.judgeRoute,
    TLSRoute: gateway.judgeRoute,
    UDPRoute: gateway.judgeRoute,
  }),
  ...kinds("cert-manager.io", {
    Certificate: certManager.judgeCertificate,
    CertificateRequest: certManager.judgeCertificateRequest,
    ClusterIssuer: judgedByReady,
    Issuer: judgedByReady,
  }),
  ...kinds("acme.cert-manager.io", { Challenge: certManager.judgeAcme, Order: certManager.judgeAcme }),
  ...kinds("external-secrets.io", {
    ClusterExternalSecret: delivery.judgeClusterExternalSecret,
    ClusterPushSecret: delivery.judgeClusterExternalSecret,
    ClusterSecretStore: judgedByReady,
    ExternalSecret: judgedByReady,
    PushSecret: judgedByReady,
    SecretStore: judgedByReady,
  }),
  ...kinds("argoproj.io", {
    Application: delivery.judgeApplication,
    ApplicationSet: delivery.judgeApplicationSet,
  }),
  ...kinds("velero.io", {
    Backup: velero.judgeOperation,
    BackupRepository: velero.judgeRepository,
    BackupStorageLocation: velero.judgeLocation,
    DataDownload: velero.judgeOperation,
    DataUpload: velero.judgeOperation,
    DeleteBackupRequest: velero.judgeOperation,
    DownloadRequest: velero.judgeOperation,
    PodVolumeBackup: velero.judgeOperation,
    PodVolumeRestore: velero.judgeOperation,
    Restore: velero.judgeOperation,
    Schedule: velero.judgeSchedule,
    ServerStatusRequest: velero.judgeOperation,
  }),
  ...kinds("monitoring.coreos.com", {
    Alertmanager: operators.judgePrometheus,
    Prometheus: operators.judgePrometheus,
    PrometheusAgent: operators.judgePrometheus,
    ThanosRuler: operators.judgePrometheus,
  }),
  ...kinds("opentelemetry.io", { OpenTelemetryCollector: operators.judgeCollector }),
  ...kinds("kyverno.io", { ClusterPolicy: judgedByReady, Policy: judgedByReady }),
  ...kinds("keda.sh", { ScaledJob: scaling.judgeScaled, ScaledObject: scaling.judgeScaled }),
  ...kinds("karpenter.sh", { NodeClaim: scaling.judgeNodeClaim, NodePool: judgedByReady }),
  ...kinds("karpenter.k8s.aws", { EC2NodeClass: judgedByReady }),
]);

/** The rule of a kind, if one is written for it. */
export const ruleOf = (group: string, kind: string): Rule | undefined => RULES.get(`${group}/${kind}`);
