import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Encryption } from "./encryption.ts";
import type { Names } from "./names.ts";

/** A plan is applied within its approval's day or never; a week leaves time to look into a failed run. */
const PLAN_LIFETIME = Duration.days(7);
/** Evidence of checks: a quarter, which is what auditors ask for. */
const EVIDENCE_LIFETIME = Duration.days(100);
/** Superseded versions of states and records: long enough to go back behind a bad month-end. */
const OLD_VERSION_LIFETIME = Duration.days(90);

export interface StoresProps {
  readonly names: Names;
  readonly encryption: Encryption;
}

/** Where the control plane keeps what must outlive it: Terraform's state, the runs' artefacts, the records. */
export class Stores extends Construct {
  readonly state: Bucket;
  readonly artefacts: Bucket;
  readonly table: Table;

  constructor(scope: Construct, id: string, props: StoresProps) {
    super(scope, id);
    const { names, encryption } = props;
    this.state = this.#bucket("State", names.stateBucket, encryption.data);
    this.state.addLifecycleRule({ noncurrentVersionExpiration: OLD_VERSION_LIFETIME });

    this.artefacts = this.#bucket("Artefacts", names.artefactBucket, encryption.data);
    // Sources and reports stay: drift and resume use the version that was applied. `runs/` holds both
    // plans and the gates' findings; findings that matter later are in the records.
    this.artefacts.addLifecycleRule({
      prefix: "runs/",
      expiration: PLAN_LIFETIME,
      noncurrentVersionExpiration: Duration.days(1),
      abortIncompleteMultipartUploadAfter: Duration.days(1),
    });

    // What the checks proved, long enough to look back over a quarter; the proofs themselves are in the table.
    this.artefacts.addLifecycleRule({
      prefix: "checks/",
      expiration: EVIDENCE_LIFETIME,
      noncurrentVersionExpiration: Duration.days(1),
    });

    this.table = new Table(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: "expiresAt",
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: encryption.data,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  #bucket(id: string, bucketName: string, encryptionKey: IKey): Bucket {
    const bucket = new Bucket(this, id, {
      bucketName,
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason:
        "Who read or wrote an object is asked of CloudTrail data events, which name the role session; server access logs would be a second, unencrypted copy with less in it.",
    });
    return bucket;
  }
}
