import { cleanUp, sweepSandboxes } from "../../lib/backups/clean-up.ts";
import { conclude } from "../../lib/backups/conclude.ts";
import { StepResultSchema, VerifyBackupEventSchema } from "../../lib/backups/events.ts";
import { lookAtSandbox } from "../../lib/backups/look-at-sandbox.ts";
import { preflight } from "../../lib/backups/preflight.ts";
import { lookAtRestore, restore } from "../../lib/backups/restore.ts";
import { selectBackups } from "../../lib/backups/select.ts";
import { BACKUP_LAYER } from "../../lib/catalogue/backup-layer.ts";
import { connectBackupStore } from "../../lib/clients/backup-store.ts";
import { connectEks } from "../../lib/clients/eks.ts";
import { connectExecutions } from "../../lib/clients/executions.ts";
import { writingClusterOf } from "../../lib/clients/kubernetes/writer.ts";
import { connectNotifier } from "../../lib/clients/notifier.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { layerTable } from "../../lib/clients/table/layers.ts";
import { proofTable } from "../../lib/clients/table/proofs.ts";
import { concludeRehearsal } from "../../lib/recovery/conclude.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_TABLE",
  "STRATA_ARTEFACT_BUCKET",
  "STRATA_ACTION_TOPIC_ARN",
);

/** One step of a backup verification: the only function that may restore, and only into sandboxes. */
export const handler = createHandler({
  name: "verify-restore",
  input: VerifyBackupEventSchema,
  output: StepResultSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    return {
      environment: settings.STRATA_ENVIRONMENT,
      artefactBucket: settings.STRATA_ARTEFACT_BUCKET,
      actionTopicArn: settings.STRATA_ACTION_TOPIC_ARN,
      withCluster: writingClusterOf(connectEks(), settings.STRATA_ENVIRONMENT),
      bucket: connectBackupStore(),
      objects: connectObjectStore(),
      proofs: proofTable(table),
      layers: layerTable(table),
      backupLayer: BACKUP_LAYER,
      notifier: connectNotifier(),
      executions: connectExecutions(),
    };
  },
  handle: (event, ports, now) => {
    switch (event.step) {
      case "select":
        return selectBackups(event, ports, now);
      case "preflight":
        return preflight(event, ports, now);
      case "restore":
        return restore(event, ports, now);
      case "look-at-restore":
        return lookAtRestore(event, ports, now);
      case "look-at-sandbox":
        return lookAtSandbox(event, ports, now);
      case "clean-up":
        return cleanUp(event, ports, now);
      case "conclude":
        return conclude(event, ports, now);
      case "conclude-rehearsal":
        return concludeRehearsal(event, ports, now);
      case "sweep":
        return sweepSandboxes(ports, now);
    }
  },
});
