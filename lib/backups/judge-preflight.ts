/** What must hold before anything is made: a restore that begins in spite of it proves less, or touches more. */
import { question } from "../gates/question.ts";
import type { Reading } from "../gates/reading.ts";
import type { Finding } from "../run/finding.ts";
import type { Location, Named, ResourceList, VolumeInfo } from "./objects.ts";
import { CANARY_NAME, OWNER_ANNOTATION, RESTORE_MODIFIER } from "./sandbox.ts";
import type { Target } from "./settings.ts";

const MINUTE = 60_000;
/** Velero validates each minute; after five without, no server is running. */
const VALIDATION_AGE_MINUTES = 5;
/** From these, an object must be restored for hours before it can be read; Glacier Instant Retrieval is none of them. */
const ARCHIVES = ["GLACIER", "DEEP_ARCHIVE"];

export interface StoredObject {
  readonly key: string;
  /** @see S3 API reference, ListObjectsV2: STANDARD, STANDARD_IA, GLACIER … */
  readonly storageClass: string;
}
export interface Snapshot {
  readonly id: string;
  /** `pending`, `completed`, `error` … */
  readonly state: string;
  /** `standard`, or `archive`: to be restored for a day before a volume can be made of it. */
  readonly tier: string;
}

export interface PreflightFacts {
  readonly location: Location | undefined;
  /** A namespace of the sandbox's name, if there is one. */
  readonly namespace: Named | undefined;
  /** Data of the ConfigMap that modifies restored objects. */
  readonly modifier: Readonly<Record<string, string>> | undefined;
  /** Data of Argo CD's ConfigMap; undefined: there is no Argo CD. */
  readonly argocd: Readonly<Record<string, string>> | undefined;
  readonly objects: readonly StoredObject[];
  /** Of the backup's volumes, as EC2 knows them. */
  readonly snapshots: readonly Snapshot[];
  readonly resources: Reading<ResourceList>;
  readonly volumes: Reading<readonly VolumeInfo[]>;
}

export function judgePreflight(
  facts: PreflightFacts,
  target: Target,
  executionArn: string,
  now: Date,
): Finding[] {
  return [
    judgeLocation(facts.location, now),
    judgeNamespace(facts.namespace, target, executionArn),
    judgeModifier(facts.modifier),
    judgeTracking(facts.argocd),
    judgeReadable(facts.objects, target),
    ...judgeContents(facts, target),
  ];
}

function judgeLocation(location: Location | undefined, now: Date): Finding {
  const expected = `Available, validated within ${VALIDATION_AGE_MINUTES} min`;
  const ask = question(
    "backup-location-available",
    `BackupStorageLocation ${location?.metadata.name ?? "?"}`,
    expected,
  );
  if (!location) return ask.fail("does not exist");
  const { phase = "no phase", lastValidationTime = "", message = "" } = location.status ?? {};
  if (phase !== "Available") return ask.fail(`${phase} ${message}`.trim());
  const minutes = (now.getTime() - Date.parse(lastValidationTime)) / MINUTE;
  return minutes < VALIDATION_AGE_MINUTES
    ? ask.pass(`Available, validated at ${lastValidationTime}`)
    : ask.fail(`Available, but last validated at ${lastValidationTime || "no time"}: is Velero running?`);
}

/** Into a namespace that is there already, Velero would merge what it restores. */
function judgeNamespace(namespace: Named | undefined, { sandbox }: Target, executionArn: string): Finding {
  const ask = question("sandbox-free", `Namespace ${sandbox}`, "not there, or this execution's own");
  if (!namespace) return ask.pass("not there");
  const owner = namespace.metadata.annotations?.[OWNER_ANNOTATION];
  if (owner === executionArn) return ask.pass("this execution's own");
  return ask.fail(
    `there, of ${owner ?? "somebody else"}`,
    `Namespace ${sandbox} is there and belongs to ${owner ?? "somebody else"}: a restore would be merged into what is in it. Nothing was restored.`,
  );
}

/** Without its rules a copy would open a load balancer to the internet, or do tonight's work a second time. */
function judgeModifier(data: Readonly<Record<string, string>> | undefined): Finding {
  const ask = question(
    "restore-fenced",
    `ConfigMap velero/${RESTORE_MODIFIER}`,
    "turns LoadBalancer Services into ClusterIP and suspends CronJobs",
  );
  if (!data) return ask.fail("does not exist");
  const texts = Object.values(data);
  if (texts.length !== 1) return ask.fail(`${texts.length} entries, of which Velero reads one`);
  const text = (texts[0] ?? "").replaceAll(/["'\\\s]/g, "");
  const lacks = [
    ...(text.includes("groupResource:services") && text.includes("LoadBalancer") && text.includes("ClusterIP")
      ? []
      : ["the rule for Services"]),
    ...(text.includes("groupResource:cronjobs.batch") && text.includes("suspend:true")
      ? []
      : ["the rule for CronJobs"]),
  ];
  return lacks.length === 0 ? ask.pass("both rules") : ask.fail(`lacks ${lacks.join(" and ")}`);
}

/** Argo CD that tracks by label takes the copies for its own and deletes them. @see velero-io/velero#7848 */
function judgeTracking(data: Readonly<Record<string, string>> | undefined): Finding {
  const ask = question(
    "copies-not-tracked",
    "ConfigMap argocd/argocd-cm",
    "resources are tracked by annotation",
  );
  const method = data?.["application.resourceTrackingMethod"] || "annotation";
  return method === "label"
    ? ask.fail("tracked by label")
    : ask.pass(data ? `tracked by ${method}` : "no Argo CD");
}

function judgeReadable(objects: readonly StoredObject[], { backup }: Target): Finding {
  const ask = question(
    "backup-readable",
    `s3://${backup.bucket}/backups/${backup.name}/`,
    "no object in an archive tier",
  );
  if (objects.length === 0) return ask.fail("no objects");
  const archived = objects.filter(({ storageClass }) => ARCHIVES.includes(storageClass));
  const [first] = archived;
  if (!first) return ask.pass(`${objects.length} objects`);
  return ask.fail(
    `${archived.length} of ${objects.length} in an archive tier`,
    `${first.key} is in ${first.storageClass} and cannot be read before it is restored from there, as ${archived.length - 1} others: a lifecycle rule of the bucket moves what Velero still needs.`,
  );
}

/** What is in the backup of the namespace, by its own lists, and whether its volumes can be made of that. */
function judgeContents({ resources, volumes, snapshots }: PreflightFacts, target: Target): Finding[] {
  const list = question(
    "backup-lists-read",
    `lists of backup ${target.backup.name}`,
    "readable in the bucket",
  );
  if (!resources.read) return [list.fail(resources.problem)];
  if (!volumes.read) return [list.fail(volumes.problem)];
  const ask = question(
    "backup-holds-canary",
    `Backup ${target.backup.name}`,
    `claim, Deployment and scripts of ${target.namespace}`,
  );
  const wanted = ["v1/PersistentVolumeClaim", "apps/v1/Deployment", "v1/ConfigMap"].filter(
    (kind) => !resources.value[kind]?.includes(`${target.namespace}/${CANARY_NAME}`),
  );
  const held = wanted.length === 0 ? ask.pass("all of them") : ask.fail(`no ${wanted.join(", no ")}`);
  const claims = (resources.value["v1/PersistentVolumeClaim"] ?? [])
    .filter((entry) => entry.startsWith(`${target.namespace}/`))
    .map((entry) => entry.slice(target.namespace.length + 1));
  return [
    list.pass("readable"),
    held,
    ...claims.map((claim) => judgeVolume(claim, volumes.value, snapshots, target)),
  ];
}

function judgeVolume(
  claim: string,
  volumes: readonly VolumeInfo[],
  snapshots: readonly Snapshot[],
  { path, namespace, backup }: Target,
): Finding {
  const expected = path === "snapshot" ? "a completed EBS snapshot" : "its files";
  const ask = question(
    "backup-holds-volume",
    `volume of claim ${namespace}/${claim} in ${backup.name}`,
    expected,
  );
  const info = volumes.find(({ pvcName, pvcNamespace }) => pvcName === claim && pvcNamespace === namespace);
  if (!info) return ask.fail("not in the backup");
  if (info.skipped) return ask.fail(`skipped: ${info.skippedReason ?? "no reason"}`);
  if (path === "files") {
    const { phase = "no phase" } = info.pvbInfo ?? {};
    return phase === "Completed"
      ? ask.pass(info.pvbInfo?.snapshotHandle ?? "")
      : ask.fail(`${info.backupMethod ?? "no method"}, ${phase}`);
  }
  const handle = info.nativeSnapshotInfo?.snapshotHandle;
  if (!handle) return ask.fail(`${info.backupMethod ?? "no method"}, no snapshot`);
  const snapshot = snapshots.find(({ id }) => id === handle);
  if (!snapshot) return ask.fail(`${handle} does not exist (any more)`);
  if (snapshot.tier === "archive") return ask.fail(`${handle} is in the archive tier`);
  return snapshot.state === "completed"
    ? ask.pass(`${handle} completed`)
    : ask.fail(`${handle} ${snapshot.state}`);
}
