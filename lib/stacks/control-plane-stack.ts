import { CfnOutput, Fn, Stack, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Catalogue } from "../catalogue/define-layers.ts";
import type { Configuration } from "../configuration/schema.ts";
import { Api } from "../constructs/api.ts";
import { BackupVerification, RESTORER } from "../constructs/backup-verification.ts";
import { CheckClosing } from "../constructs/check-closing.ts";
import { checkMachinesOf } from "../constructs/check-machine.ts";
import { DriftDetection } from "../constructs/drift-detection.ts";
import { DriftFunctions } from "../constructs/drift-functions.ts";
import { Encryption } from "../constructs/encryption.ts";
import { EventForwarding } from "../constructs/event-forwarding.ts";
import { LayerProjects } from "../constructs/layer-projects.ts";
import { type Names, namesOf } from "../constructs/names.ts";
import { Network } from "../constructs/network.ts";
import { Notifications } from "../constructs/notifications.ts";
import { Observability } from "../constructs/observability.ts";
import { Pipeline } from "../constructs/pipeline.ts";
import { PlatformBoundary } from "../constructs/platform-boundary.ts";
import { ProveMachine } from "../constructs/prove-machine.ts";
import { RecoveryRehearsal, type RecoveryRehearsalProps } from "../constructs/recovery-rehearsal.ts";
import { RunClosing } from "../constructs/run-closing.ts";
import { RunFunctions } from "../constructs/run-functions.ts";
import { Schedules } from "../constructs/schedules.ts";
import { SourceArchive } from "../constructs/source-archive.ts";
import { Stores } from "../constructs/stores.ts";
import { VALIDATORS, ValidatorFunctions } from "../constructs/validator-functions.ts";

export interface ControlPlaneStackProps {
  readonly catalogue: Catalogue;
  readonly configuration: Configuration;
}

/** Which disasters the environment's own machine rehearses, and what to do about the others. */
function rehearsedBy({
  recovery,
  region,
}: Configuration): Pick<RecoveryRehearsalProps, "scratch" | "elsewhere"> & { readonly rehearsedIn: Names[] } {
  const missing = (key: string): string =>
    `this needs an environment that is built for it and removed again, and none is configured: recovery.${key}, as docs/disaster-recovery.md says`;
  const { cluster, region: other } = recovery;
  return {
    rehearsedIn: cluster ? [namesOf(cluster.environment)] : [],
    scratch: cluster && { scenario: "cluster", names: namesOf(cluster.environment) },
    elsewhere: {
      ...(cluster ? {} : { cluster: missing("cluster") }),
      region: other
        ? `start ${other.environment}-rehearse-recovery in ${other.region}: what stands in ${region} is lost with it`
        : missing("region"),
    },
  };
}

/** The control plane of one environment: `<env>-control-plane`. Composition only. */
export class ControlPlaneStack extends Stack {
  constructor(scope: Construct, props: ControlPlaneStackProps) {
    const { catalogue, configuration } = props;
    const { environment, region, account } = configuration;
    super(scope, `${environment}-control-plane`, {
      env: { region, ...(account ? { account } : {}) },
      description: `Strata's control plane of the environment ${environment}`,
      terminationProtection: true,
    });
    const names = namesOf(environment);
    const encryption = new Encryption(this, "Encryption", { names, signs: true });
    const stores = new Stores(this, "Stores", { names, encryption });
    const notifications = new Notifications(this, "Notifications", {
      environment,
      key: encryption.data,
      ...configuration.notifications,
    });
    const network = new Network(this, "Network", {
      names,
      cidr: configuration.controlPlaneCidr,
      key: encryption.data,
    });
    const boundary = new PlatformBoundary(this, "Boundary", { names, stores, encryption });
    const source = new SourceArchive(this, "Source", { catalogue, configuration });
    const shared = { names, catalogue, configuration, encryption, stores, notifications };
    const api = new Api(this, "Api", { names, encryption, stores, selfApproval: configuration.selfApproval });
    const runFunctions = new RunFunctions(this, "Run", { ...shared, source: source.asset, apiUrl: api.url });
    const validators = new ValidatorFunctions(this, "Gates", { ...shared, network });
    const driftFunctions = new DriftFunctions(this, "DriftFunctions", { ...shared, network });
    const looking = [...validators.all, driftFunctions.sweep];
    const projects = new LayerProjects(this, "Layers", {
      ...shared,
      network,
      boundaryArn: configuration.permissionsBoundary ?? boundary.managedPolicyArn,
      restorerRoleArns: [names.globalArn("iam", `role/${names.role(RESTORER)}`)],
      validatorRoleArns: looking.map((fn) => names.globalArn("iam", `role/${fn.roleName}`)),
    });
    const { stateMachine } = new Pipeline(this, "Pipeline", {
      names,
      catalogue,
      runFunctions,
      validators,
      projects,
      logKey: encryption.data,
    });
    const closing = new RunClosing(this, "Closing", {
      stateMachine,
      projectNames: projects.projectNames,
      closeRun: runFunctions.closeRun,
      sweep: configuration.schedules.sweep,
    });
    new ProveMachine(this, "Prove", { ...shared, validators });
    new DriftDetection(this, "Drift", { ...shared, functions: driftFunctions, projects });
    const rehearsed = rehearsedBy(configuration);
    const verification = new BackupVerification(this, "Backups", { ...shared, ...rehearsed, network });
    new RecoveryRehearsal(this, "Recovery", { ...shared, ...rehearsed, verification });
    const checks = new CheckClosing(this, "Checks", shared);
    new EventForwarding(this, "EventForwarding", { names, encryption, notifications });
    const machines = checkMachinesOf(this);
    const schedules = new Schedules(this, "Schedules", { ...shared, machines });
    new Observability(this, "Observability", {
      ...shared,
      machines,
      scheduled: schedules.scheduled,
      deadLetters: [closing, checks, schedules, verification].flatMap(({ deadLetters }) => deadLetters ?? []),
      unwatched: ["api", "close-check", "close-run", "forward-event", "publish-ages"],
      validators: Object.keys(VALIDATORS),
    });
    this.#label(environment, { PipelineArn: stateMachine.stateMachineArn, NatAddress: network.natAddress });
  }

  /** Tags of everything, and what the operator wants to know of it. */
  #label(environment: string, outputs: Readonly<Record<string, string>>): void {
    Tags.of(this).add("strata:environment", environment);
    Tags.of(this).add("strata:managed-by", "cdk");
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** The region's first two zones, whatever they are called: asking the account would need a look-up. */
  override get availabilityZones(): string[] {
    const zones = Fn.getAzs(this.region);
    return [Fn.select(0, zones), Fn.select(1, zones)];
  }
}
