import { Fn, Stack, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { BACKUP_LAYER } from "../catalogue/backup-layer.ts";
import type { Catalogue } from "../catalogue/define-layers.ts";
import { catalogueFor } from "../catalogue/edges.ts";
import { catalogueOf } from "../catalogue/part.ts";
import { selectLayers } from "../catalogue/selection.ts";
import { type Scratch, scratchConfiguration } from "../configuration/recovery.ts";
import type { Configuration } from "../configuration/schema.ts";
import { BackupVerification, RESTORER } from "../constructs/backup-verification.ts";
import { CheckClosing } from "../constructs/check-closing.ts";
import { Encryption } from "../constructs/encryption.ts";
import { LayerProjects } from "../constructs/layer-projects.ts";
import { namesOf } from "../constructs/names.ts";
import { Network } from "../constructs/network.ts";
import { Notifications } from "../constructs/notifications.ts";
import { Pipeline } from "../constructs/pipeline.ts";
import { PlatformBoundary } from "../constructs/platform-boundary.ts";
import { RecoveryRehearsal } from "../constructs/recovery-rehearsal.ts";
import { RunClosing } from "../constructs/run-closing.ts";
import { RunFunctions } from "../constructs/run-functions.ts";
import { SourceArchive } from "../constructs/source-archive.ts";
import { Stores } from "../constructs/stores.ts";
import { ValidatorFunctions } from "../constructs/validator-functions.ts";
import type { ScenarioName } from "../recovery/scenarios.ts";

export interface RecoveryStackProps {
  /** Of the environment whose recovery is rehearsed. */
  readonly catalogue: Catalogue;
  readonly configuration: Configuration;
  readonly scenario: ScenarioName;
  readonly scratch: Scratch;
}

/**
 * The control plane of a scratch environment: what builds the layers that a restore needs, restores into them and
 * removes them. It is there before it is needed, as in a disaster, and applies no layer until a rehearsal begins.
 */
export class RecoveryStack extends Stack {
  constructor(scope: Construct, props: RecoveryStackProps) {
    const { scratch, scenario } = props;
    const { environment, region, account } = scratchConfiguration(props.configuration, scratch);
    super(scope, `${environment}-control-plane`, {
      env: { region, ...(account ? { account } : {}) },
      description: `Rehearses the loss of ${props.configuration.environment}'s ${scenario} in ${environment}`,
    });
    const configuration = scratchConfiguration(props.configuration, scratch);
    const { layers } = catalogueFor(props.catalogue, configuration.edge);
    // Its own backups are nobody's: the rehearsal leaves nothing behind.
    const disposable = layers.map(({ retains: _kept, ...layer }) => layer);
    const catalogue = catalogueOf(
      disposable,
      selectLayers(props.catalogue, "deploy", [BACKUP_LAYER]).join(","),
    );
    const names = namesOf(environment);
    const encryption = new Encryption(this, "Encryption", { names });
    const stores = new Stores(this, "Stores", { names, encryption });
    const { data: key } = encryption;
    const notifications = new Notifications(this, "Notifications", {
      environment,
      key,
      events: configuration.notifications.events,
      action: configuration.notifications.action,
    });
    const network = new Network(this, "Network", { names, cidr: configuration.controlPlaneCidr, key });
    const boundary = new PlatformBoundary(this, "Boundary", { names, stores, encryption });
    const source = new SourceArchive(this, "Source", { catalogue, configuration });
    const shared = { names, catalogue, configuration, encryption, stores, notifications };
    const runFunctions = new RunFunctions(this, "Run", {
      ...shared,
      source: source.asset,
      isDisposable: true,
    });
    const validators = new ValidatorFunctions(this, "Gates", { ...shared, network });
    const projects = new LayerProjects(this, "Layers", {
      ...shared,
      network,
      boundaryArn: configuration.permissionsBoundary ?? boundary.managedPolicyArn,
      restorerRoleArns: [names.globalArn("iam", `role/${names.role(RESTORER)}`)],
      validatorRoleArns: validators.all.map((fn) => names.globalArn("iam", `role/${fn.roleName}`)),
    });
    const { stateMachine } = new Pipeline(this, "Pipeline", {
      names,
      catalogue,
      runFunctions,
      validators,
      projects,
      logKey: key,
    });
    new RunClosing(this, "Closing", {
      stateMachine,
      projectNames: projects.projectNames,
      closeRun: runFunctions.closeRun,
      sweep: configuration.schedules.sweep,
    });
    const { restoreFrom } = scratch;
    const verification = new BackupVerification(this, "Backups", { ...shared, network, restoreFrom });
    if (region !== props.configuration.region)
      new RecoveryRehearsal(this, "Recovery", {
        ...shared,
        verification,
        scratch: { scenario, names },
        elsewhere: elsewhere(props.configuration),
      });
    new CheckClosing(this, "Checks", shared);
    Tags.of(this).add("strata:environment", environment);
    Tags.of(this).add("strata:managed-by", "cdk");
  }

  /** As in the control plane's own stack. */
  override get availabilityZones(): string[] {
    const zones = Fn.getAzs(this.region);
    return [Fn.select(0, zones), Fn.select(1, zones)];
  }
}

function elsewhere({ environment, region }: Configuration): Record<string, string> {
  const cause = `start ${environment}-rehearse-recovery in ${region}: this machine stands where only the loss of that region is rehearsed`;
  return { volume: cause, deletion: cause, cluster: cause };
}
