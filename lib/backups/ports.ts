import type { BackupStore } from "../clients/backup-store.ts";
import type { WithClusterWriter } from "../clients/kubernetes/writer.ts";
import type { ObjectStore } from "../run/ports.ts";

/** What a verification needs of the world. */
export interface VerificationPorts {
  readonly withCluster: WithClusterWriter;
  readonly bucket: BackupStore;
  readonly objects: ObjectStore;
  readonly artefactBucket: string;
}
