import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { Names } from "./names.ts";

/** AWS's longest wait before a key is really gone: time to notice that something still needs it. */
const DELETION_WAIT = Duration.days(30);

/**
 * Two keys, because two groups read: `data` for state, records, topics and logs; `plans` for the plan
 * objects, the one place where sensitive values may be at rest.
 */
export class Encryption extends Construct {
  readonly data: Key;
  readonly plans: Key;

  constructor(scope: Construct, id: string, props: { readonly names: Names }) {
    super(scope, id);
    const { names } = props;
    this.data = this.#key("Data", `${names.environment}: Terraform state, run records, topics, logs`);
    this.plans = this.#key("Plans", `${names.environment}: saved plans, which may hold sensitive values`);
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
