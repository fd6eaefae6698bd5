import type { Json, World } from "../../world/world.ts";
import {
  AWS_COLLECTIONS,
  type PermissionRecord,
  type TargetRecord,
  type TopicRecord,
} from "../collections.ts";
import { type Aws, AwsError } from "../contract.ts";
import { matchesArn } from "../iam/patterns.ts";
import { applies, statementsOf } from "../iam/policy.ts";
import { functionReference } from "../services/lambda.ts";
import { publish } from "../services/sns.ts";

/** Who delivers, for resource policies: a rule (`events.amazonaws.com`) or a schedule, by its role. */
export interface Sender {
  readonly service: string;
  readonly arn: string;
  readonly accountId: string;
}

const refused = (sender: Sender, action: string, resource: string): AwsError =>
  new AwsError(
    "AccessDeniedException",
    `${sender.service} (${sender.arn}) is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`,
    403,
  );

function permits(permission: PermissionRecord, sender: Sender): boolean {
  if (permission.principal !== sender.service) return false;
  if (permission.sourceArn !== undefined && !matchesArn(permission.sourceArn, sender.arn)) return false;
  return (permission.sourceAccount ?? sender.accountId) === sender.accountId;
}

/** EventBridge and API Gateway need a statement in the function's policy. @throws AwsError without one. */
export function checkFunctionPolicy(world: World, arn: string, sender: Sender): void {
  const { name, qualifier } = functionReference(arn);
  const permissions = world.collection<PermissionRecord>(AWS_COLLECTIONS.permissions).values();
  const granted = permissions.some(
    (permission) =>
      permission.functionName === name &&
      permission.qualifier === qualifier &&
      /^lambda:(InvokeFunction|\*)$/.test(permission.action) &&
      permits(permission, sender),
  );
  if (!granted) throw refused(sender, "lambda:InvokeFunction", arn);
}

/** A topic's policy must name the service that publishes. @throws AwsError when it does not. */
function checkTopicPolicy(world: World, topicArn: string, sender: Sender): void {
  const policy = world.collection<TopicRecord>(AWS_COLLECTIONS.topics).get(topicArn)?.policy;
  const context = new Map([
    ["aws:sourcearn", [sender.arn]],
    ["aws:sourceaccount", [sender.accountId]],
    ["aws:securetransport", ["true"]],
  ]);
  const speaking = (policy === undefined ? [] : statementsOf(policy)).filter((statement) => {
    const services = statement.Principal === "*" ? ["*"] : Object.values(statement.Principal ?? {}).flat();
    const named = services.includes("*") || services.includes(sender.service);
    return named && applies(statement, { action: "sns:Publish", resource: topicArn, context });
  });
  const denied = speaking.some(({ Effect }) => Effect === "Deny");
  if (denied || speaking.length === 0) throw refused(sender, "SNS:Publish", topicArn);
}

export function sendMessage(world: World, queueArn: string, body: Json): void {
  if (!world.collection(AWS_COLLECTIONS.queues).has(queueArn))
    throw new AwsError("QueueDoesNotExist", `The specified queue does not exist: ${queueArn}`);
  const messages = world.collection(AWS_COLLECTIONS.messages);
  const sequence = String(messages.keys().length).padStart(6, "0");
  messages.set(`${queueArn}/${sequence}`, { body: JSON.stringify(body), at: world.clock.now() });
}

/** Calls a target with a role, as Scheduler always does and rules do for what has no resource policy. */
async function callAs(aws: Aws, target: TargetRecord, input: Json, sender: Sender): Promise<void> {
  if (target.roleArn === undefined)
    throw new AwsError("ValidationException", `target ${target.arn} has no role`);
  const principal = { roleArn: target.roleArn, sessionName: sender.arn.slice(-32).replace(/\W/g, "-") };
  const text = JSON.stringify(input);
  const service = target.arn.split(":")[2];
  if (service === "states")
    await aws.call(principal, "states", "StartExecution", { stateMachineArn: target.arn, input: text });
  else if (service === "sns")
    await aws.call(principal, "sns", "Publish", { TopicArn: target.arn, Message: text });
  else if (service === "lambda") {
    const FunctionName = target.arn;
    await aws.call(principal, "lambda", "Invoke", { FunctionName, InvocationType: "Event", Payload: input });
  } else throw new AwsError("NotImplemented", `target ${target.arn} is not modelled`, 501);
}

/** Hands an input to a target. @throws AwsError when the target is not there or refuses. */
export async function deliver(
  aws: Aws,
  world: World,
  target: TargetRecord,
  input: Json,
  sender: Sender,
): Promise<void> {
  const service = target.arn.split(":")[2];
  if (service === "sqs") return sendMessage(world, target.arn, input);
  if (target.roleArn !== undefined || service === "states") return callAs(aws, target, input, sender);
  if (service === "lambda") {
    const functionName = functionReference(target.arn).name;
    checkFunctionPolicy(world, target.arn, sender);
    world.schedule(0, "lambda.async", { functionName, payload: input, attempt: 1 });
  } else if (service === "sns") {
    checkTopicPolicy(world, target.arn, sender);
    publish(world, { TopicArn: target.arn, Message: JSON.stringify(input) });
  } else throw new AwsError("NotImplemented", `target ${target.arn} is not modelled`, 501);
}
