import { Duration } from "aws-cdk-lib";
import type { Asset } from "aws-cdk-lib/aws-s3-assets";
import { Construct } from "constructs";
import type { Catalogue } from "../catalogue/define-layers.ts";
import type { Configuration } from "../configuration/schema.ts";
import type { Encryption } from "./encryption.ts";
import type { Grant } from "./grants.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Names } from "./names.ts";
import type { Notifications } from "./notifications.ts";
import { runGrants } from "./run-grants.ts";
import type { Stores } from "./stores.ts";

export interface RunFunctionsProps {
  readonly names: Names;
  readonly catalogue: Catalogue;
  readonly configuration: Configuration;
  readonly encryption: Encryption;
  readonly stores: Stores;
  readonly notifications: Notifications;
  readonly source: Asset;
  /** Where a mail tells an approver to answer; left out where nobody is ever asked. */
  readonly apiUrl?: string;
  /** An environment with some of the layers only, which is built to be removed. */
  readonly isDisposable?: boolean;
}

interface Doorway {
  readonly description: string;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
}

/** A few calls to AWS, each answered in well under a second; half a minute outlasts the SDK's three attempts. */
const SHORT = Duration.seconds(30);
/** Reads or copies an object of some megabytes (the source, a plan's JSON) besides, or pages through all tags. */
const LONG = Duration.minutes(2);

/** The functions that carry a run from its beginning to its end. They call AWS APIs only: no VPC. */
export class RunFunctions extends Construct {
  readonly prepareRun: HandlerFunction;
  readonly reviewPlan: HandlerFunction;
  readonly requestApproval: HandlerFunction;
  readonly recordLayer: HandlerFunction;
  readonly failRun: HandlerFunction;
  readonly finishRun: HandlerFunction;
  readonly closeRun: HandlerFunction;

  constructor(scope: Construct, id: string, props: RunFunctionsProps) {
    super(scope, id);
    const { names, encryption } = props;
    const add = (handler: string, doorway: Doorway): HandlerFunction =>
      new HandlerFunction(this, handler, { names, handler, logKey: encryption.data, ...doorway });
    const ends = doorwaysOfEnds(props);
    const steps = doorwaysOfSteps(props);
    this.prepareRun = add("prepare-run", ends.prepareRun);
    this.reviewPlan = add("review-plan", steps.reviewPlan);
    this.requestApproval = add("request-approval", steps.requestApproval);
    this.recordLayer = add("record-layer", steps.recordLayer);
    this.failRun = add("fail-run", ends.failRun);
    this.finishRun = add("finish-run", ends.finishRun);
    this.closeRun = add("close-run", ends.closeRun);
  }
}

/** What begins and ends a run. */
function doorwaysOfEnds(props: RunFunctionsProps) {
  const { names, stores, notifications, configuration, source } = props;
  const may = runGrants(props);
  const STRATA_ENVIRONMENT = names.environment;
  const STRATA_TABLE = stores.table.tableName;
  const STRATA_TOPIC_ARN = notifications.events.topicArn;
  const record: Doorway["environment"] = { STRATA_ENVIRONMENT, STRATA_TABLE };
  const layers = props.isDisposable
    ? { STRATA_LAYERS: props.catalogue.layers.map(({ name }) => name).join(",") }
    : {};
  return {
    prepareRun: {
      description: "Takes the lease, pins the source and writes the run's record",
      timeout: LONG,
      environment: {
        ...record,
        STRATA_ARTEFACT_BUCKET: stores.artefacts.bucketName,
        STRATA_SOURCE_BUCKET: source.s3BucketName,
        STRATA_SOURCE_KEY: source.s3ObjectKey,
        STRATA_TOPIC_ARN,
        STRATA_APPROVAL: configuration.approval,
        STRATA_TERRAFORM_VERSION: configuration.terraform.version,
        ...layers,
      },
      grants: [
        ...may.records,
        ...may.whatIsAlive,
        ...may.stageSource(source),
        ...may.notify([notifications.events]),
      ],
    },
    failRun: {
      description: "Records a failure outside any layer's stage",
      timeout: SHORT,
      environment: record,
      grants: may.records,
    },
    finishRun: {
      description:
        "Says from the layers' outcomes whether the run succeeded, and what a destroy has left behind",
      timeout: LONG,
      environment: { ...record, ...layers },
      grants: [...may.records, ...may.sweep],
    },
    closeRun: {
      description: "Ends a run for good: frees the lease, records and signs what it did, notifies once",
      timeout: SHORT,
      environment: { ...record, STRATA_TOPIC_ARN, ...layers, ...evidenceOf(props) },
      grants: [
        ...may.records,
        ...may.whatIsAlive,
        ...may.notify([notifications.events]),
        ...may.signEvidence,
      ],
    },
  } satisfies Record<string, Doorway>;
}

const evidenceOf = ({ encryption, stores }: RunFunctionsProps): Record<string, string> =>
  encryption.evidence
    ? { STRATA_EVIDENCE: `${stores.artefacts.bucketName}/${encryption.evidence.keyArn}` }
    : {};

/** What stands between the builds of a layer. */
function doorwaysOfSteps(props: RunFunctionsProps) {
  const { names, stores, notifications } = props;
  const may = runGrants(props);
  const record: Doorway["environment"] = {
    STRATA_ENVIRONMENT: names.environment,
    STRATA_TABLE: stores.table.tableName,
  };
  return {
    reviewPlan: {
      description: "Says what a plan means and whether it needs an approval",
      timeout: LONG,
      environment: {
        ...record,
        STRATA_ARTEFACT_BUCKET: stores.artefacts.bucketName,
        ...(props.isDisposable ? { STRATA_DISPOSABLE: "yes" } : {}),
      },
      grants: [
        ...may.review,
        // Whether the run has been cancelled, and when a backup was last proven.
        { actions: ["dynamodb:GetItem"], resources: [stores.table.tableArn] },
      ],
    },
    requestApproval: {
      description: "Keeps the task token and asks a person",
      timeout: SHORT,
      environment: {
        ...record,
        STRATA_ACTION_TOPIC_ARN: notifications.action.topicArn,
        ...(props.apiUrl === undefined ? {} : { STRATA_API_URL: props.apiUrl }),
      },
      grants: [...may.records, ...may.notify([notifications.action])],
    },
    recordLayer: {
      description: "Records how a layer's stage ended",
      timeout: SHORT,
      environment: record,
      grants: may.records,
    },
  } satisfies Record<string, Doorway>;
}
