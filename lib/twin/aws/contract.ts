import type { Json } from "../world/world.ts";

/** Who calls: the role whose session it is, or the account's own user in front of the laptop. */
export interface Principal {
  /** arn:aws:iam::<account>:role/<name>, or arn:aws:iam::<account>:root, which may do anything. */
  readonly roleArn: string;
  readonly sessionName: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The error that an AWS API answers with; `code` is AWS's own, e.g. `AccessDeniedException`. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/**
 * The simulated AWS, without a socket. The HTTP front (`serve`) decodes the protocols and ends here;
 * Step Functions' service integrations and the Terraform provider come in directly.
 */
export interface Aws {
  readonly accountId: string;
  readonly region: string;
  /** `service` is the SDK's endpoint prefix in lower case (`codebuild`, `states`, `s3`, `dynamodb`, `sns`, `eks` …). */
  call(principal: Principal, service: string, operation: string, input: Json): Promise<Json>;
  /** Throws AwsError (AccessDenied…) naming action, resource and role unless the role's policies allow it. */
  authorize(
    principal: Principal,
    action: string,
    resource: string,
    context?: Record<string, string | string[]>,
  ): void;
  /** Session credentials of a role, understood by the HTTP front until the twin ends. Deterministic. */
  credentials(roleArn: string, sessionName: string): Credentials;
  whoIs(accessKeyId: string): Principal | undefined;
}

export interface AwsServer {
  /** e.g. http://127.0.0.1:34567, for AWS_ENDPOINT_URL. */
  readonly url: string;
  close(): Promise<void>;
}
