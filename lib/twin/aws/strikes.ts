import { strikes } from "../world/faults.ts";
import type { FaultRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { AwsError } from "./contract.ts";

/** How each service says "too many requests", after its API reference; the JSON services' common word otherwise. */
const THROTTLED: Readonly<Record<string, { code: string; status: number; message: string }>> = {
  s3: { code: "SlowDown", status: 503, message: "Please reduce your request rate." },
  dynamodb: {
    code: "ProvisionedThroughputExceededException",
    status: 400,
    message:
      "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
  },
  lambda: { code: "TooManyRequestsException", status: 429, message: "Rate Exceeded." },
  sns: { code: "Throttled", status: 429, message: "Rate exceeded" },
  sts: { code: "Throttling", status: 400, message: "Rate exceeded" },
  route53: { code: "Throttling", status: 400, message: "Rate exceeded" },
  elasticloadbalancing: { code: "Throttling", status: 400, message: "Rate exceeded" },
  eks: { code: "ThrottlingException", status: 429, message: "Rate exceeded" },
};

/** How each service says that it failed by itself. */
const UNAVAILABLE: Readonly<Record<string, { code: string; status: number }>> = {
  s3: { code: "ServiceUnavailable", status: 503 },
  dynamodb: { code: "InternalServerError", status: 500 },
  lambda: { code: "ServiceException", status: 500 },
  sns: { code: "InternalError", status: 500 },
  eks: { code: "ServerException", status: 500 },
  kms: { code: "KMSInternalException", status: 500 },
  ssm: { code: "InternalServerError", status: 500 },
};

/**
 * Throws when a fault of the world hits this request. Faults, each with `service` (endpoint prefix) and, to be
 * narrower, `operation`:
 * - `aws-throttle`: the service's own throttling error;
 * - `aws-unavailable`: the service's own 5xx.
 */
export function strikeAt(world: World, service: string, operation: string): void {
  const hits = (fault: FaultRecord): boolean =>
    fault.service === service && (fault.operation === undefined || fault.operation === operation);
  if (strikes(world, "aws-throttle", hits)) {
    const { code, status, message } = THROTTLED[service] ?? {
      code: "ThrottlingException",
      status: 400,
      message: "Rate exceeded",
    };
    throw new AwsError(code, message, status);
  }
  if (strikes(world, "aws-unavailable", hits)) {
    const { code, status } = UNAVAILABLE[service] ?? { code: "InternalFailure", status: 500 };
    throw new AwsError(code, "We encountered an internal error. Please try again.", status);
  }
}
