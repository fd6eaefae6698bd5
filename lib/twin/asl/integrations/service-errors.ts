import { AwsError } from "../../aws/contract.ts";
import type { Json } from "../../world/world.ts";
import { isObject } from "../contract.ts";
import { StatesError } from "../errors.ts";

/** How Step Functions names a service in error names, and in the text of a cause. */
const NAMES: Record<string, { prefix: string; service: string; generic: string }> = {
  lambda: { prefix: "Lambda", service: "AWSLambda", generic: "AWSLambdaException" },
  codebuild: { prefix: "CodeBuild", service: "AWSCodeBuild", generic: "AWSCodeBuildException" },
  dynamodb: { prefix: "DynamoDB", service: "AmazonDynamoDBv2", generic: "AmazonDynamoDBException" },
  sns: { prefix: "SNS", service: "AmazonSNS", generic: "AmazonSNSException" },
  states: { prefix: "StepFunctions", service: "AWSStepFunctions", generic: "AWSStepFunctionsException" },
  events: { prefix: "EventBridge", service: "AmazonEventBridge", generic: "AmazonEventBridgeException" },
};

/**
 * A service's refusal as a state fails with it: `Lambda.TooManyRequestsException`. What a service's SDK has no
 * exception class for (a denied permission, above all) has the service's general name.
 */
export function serviceFailure(service: string, thrown: unknown, eventType?: string): StatesError {
  if (thrown instanceof StatesError) return thrown;
  if (!(thrown instanceof AwsError)) throw thrown;
  const {
    prefix,
    service: label,
    generic,
  } = NAMES[service] ?? {
    prefix: service,
    service,
    generic: `${service}Exception`,
  };
  const name = /^AccessDenied/.test(thrown.code) ? generic : thrown.code;
  const cause = `${thrown.message} (Service: ${label}; Status Code: ${thrown.status}; Error Code: ${thrown.code})`;
  return new StatesError(`${prefix}.${name}`, cause, eventType);
}

const sdkName = (service: string): string =>
  ({ dynamodb: "DynamoDb", codebuild: "CodeBuild", eventbridge: "EventBridge" })[service] ??
  service.charAt(0).toUpperCase() + service.slice(1);

/** The same for `aws-sdk:…` integrations: `S3.NoSuchKeyException`, whatever the API itself calls it. */
export function sdkFailure(service: string, thrown: unknown): StatesError {
  if (!(thrown instanceof AwsError)) throw thrown;
  const code = thrown.code.endsWith("Exception") ? thrown.code : `${thrown.code}Exception`;
  const name = sdkName(service);
  const cause = `${thrown.message} (Service: ${name}, Status Code: ${thrown.status})`;
  return new StatesError(`${name}.${code}`, cause);
}

/**
 * A function that threw: its error's name is the state's error, its whole payload the cause. A payload without
 * a name (the runtime itself died) is Lambda.Unknown.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-examples-lambda
 */
export function functionFailure(payload: Json): StatesError {
  const type =
    isObject(payload) && typeof payload.errorType === "string" ? payload.errorType : "Lambda.Unknown";
  return new StatesError(type, JSON.stringify(payload));
}
