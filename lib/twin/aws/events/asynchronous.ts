import { COLLECTIONS } from "../../world/records.ts";
import type { Json, World } from "../../world/world.ts";
import type { FunctionRecord } from "../backends.ts";
import { AWS_COLLECTIONS, type InvokeConfigRecord } from "../collections.ts";
import type { Aws } from "../contract.ts";
import type { Backends } from "../service.ts";
import { deliver, type Sender } from "./deliver.ts";
import { noteFailedDelivery } from "./failed-deliveries.ts";

/** An asynchronous invocation on its way; `attempt` counts from 1. */
interface Invocation {
  functionName: string;
  payload: Json;
  attempt: number;
  [key: string]: Json;
}

/** Two retries, after one and after two minutes: Lambda developer guide, "Asynchronous invocation". */
const RETRIES = 2;
const RETRY_MINUTES = [1, 2] as const;

async function invokeOnce(backends: Backends, invocation: Invocation): Promise<Json | undefined> {
  if (!backends.lambda) throw new Error("no Lambda backend is connected");
  try {
    const result = await backends.lambda.invoke(invocation.functionName, invocation.payload);
    return result.functionError === undefined ? undefined : result.payload;
  } catch (error) {
    return { errorType: "ServiceException", errorMessage: String(error) };
  }
}

/**
 * Lambda's queue of asynchronous invocations. A failure is tried again; after the last one the function's
 * on-failure destination hears of it. A function that fails for good otherwise leaves no trace, as in AWS.
 */
export function runAsynchronousInvocations(aws: Aws, world: World, backends: Backends): void {
  world.on<Invocation>("lambda.async", (invocation) => {
    void invokeOnce(backends, invocation).then((failure) => {
      if (failure === undefined) return;
      const configs = world.collection<InvokeConfigRecord>(AWS_COLLECTIONS.invokeConfigs);
      const config = configs.get(invocation.functionName);
      const retries = config?.maximumRetryAttempts ?? RETRIES;
      const minutes = RETRY_MINUTES[invocation.attempt - 1];
      if (minutes !== undefined && invocation.attempt <= retries)
        world.schedule(minutes * 60_000, "lambda.async", { ...invocation, attempt: invocation.attempt + 1 });
      else if (config?.onFailure !== undefined)
        return giveUp(aws, world, invocation, failure, config.onFailure);
    });
  });
}

/** The record that a destination receives: Lambda developer guide, "Capturing records of asynchronous invocations". */
async function giveUp(
  aws: Aws,
  world: World,
  invocation: Invocation,
  failure: Json,
  destination: string,
): Promise<void> {
  const functionArn = `arn:aws:lambda:${aws.region}:${aws.accountId}:function:${invocation.functionName}`;
  const sender: Sender = { service: "lambda.amazonaws.com", arn: functionArn, accountId: aws.accountId };
  const record = {
    version: "1.0",
    timestamp: new Date(world.clock.now()).toISOString(),
    requestContext: {
      requestId: world.uuid(),
      functionArn: `${functionArn}:$LATEST`,
      condition: "RetriesExhausted",
      approximateInvokeCount: invocation.attempt,
    },
    requestPayload: invocation.payload,
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: failure,
  };
  // The function's own role sends it, so it needs the permission.
  const functions = world.collection<FunctionRecord>(COLLECTIONS.functions);
  const roleArn = functions.get(invocation.functionName)?.roleArn ?? "";
  try {
    if (destination.split(":")[2] === "sqs")
      aws.authorize({ roleArn, sessionName: invocation.functionName }, "sqs:SendMessage", destination);
    await deliver(aws, world, { id: "on-failure", arn: destination, roleArn }, record, sender);
  } catch (error) {
    noteFailedDelivery(world, invocation.functionName, destination, error);
  }
}
