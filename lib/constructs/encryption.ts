import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { Names } from "./names.ts";

/** AWS's longest wait before a key is really gone: time to notice that something still needs it. */
const DELETION_WAIT = Duration.days(30);

/**
 * Two keys that encrypt, because two groups read: `data` for state, records, topics and logs; `plans` for the plan
 * objects, the one place where sensitive values may be at rest.
 */
export class Encryption extends Construct {
  readonly data: Key;
  readonly plans: Key;
  /** Signs what runs did; left out where nobody asks. Its public half verifies without AWS. */
  readonly evidence: Key | undefined;

  constructor(scope: Construct, id: string, props: { readonly names: Names; readonly signs?: boolean }) {
    super(scope, id);
    const { names } = props;
    this.data = this.#key("Data", `${names.environment}: Terraform state, run records, topics, logs`);
    this.plans = this.#key("Plans", `${names.environment}: saved plans, which may hold sensitive values`);
    this.evidence = props.signs
      ? new Key(this, "Evidence", {
          description: `${names.environment}: signs the evidence of runs`,
          keySpec: KeySpec.ECC_NIST_P256,
          keyUsage: KeyUsage.SIGN_VERIFY,
          pendingWindow: DELETION_WAIT,
          removalPolicy: RemovalPolicy.RETAIN,
        })
      : undefined;
    this.data.grantEncryptDecrypt(
      new ServicePrincipal("logs.amazonaws.com", {
        conditions: {
          ArnLike: { "kms:EncryptionContext:aws:logs:arn": names.arn("logs", "log-group:*") },
        },
      }),
    );
  }

  #key(id: string, description: string): Key {
    return new Key(this, id, {
      description,
      enableKeyRotation: true,
      pendingWindow: DELETION_WAIT,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
