import type { Json } from "../../world/world.ts";
import { isObject, type JsonObject, type TaskAttempt } from "../contract.ts";
import { Deadlines } from "../deadlines.ts";
import { StatesError } from "../errors.ts";
import { argumentsOf, numberOf } from "../fields.ts";
import { handled } from "../handled.ts";
import { compact } from "../history.ts";
import { resolveTemplate } from "../json-path/path.ts";
import { type Resource, usesTaskToken } from "../resource.ts";
import type { Step, Visit } from "../visit.ts";

/** Event names and details that differ between Lambda ARNs, activities and service integrations. */
function eventsOf(resource: Resource): { prefix: string; common: JsonObject; argumentsName: string } {
  if (resource.kind === "lambda") return { prefix: "LambdaFunction", common: {}, argumentsName: "input" };
  if (resource.kind === "activity") return { prefix: "Activity", common: {}, argumentsName: "input" };
  const { resourceType, resource: name } = resource;
  return { prefix: "Task", common: { resourceType, resource: name }, argumentsName: "parameters" };
}

const text = (value: Json): Json => JSON.stringify(value);

function schedule(
  visit: Visit,
  resource: Resource,
  call: { input: Json; timeout: number | undefined; heartbeat: number | undefined },
): number {
  const { prefix, common, argumentsName } = eventsOf(resource);
  const service = resource.kind === "service";
  return visit.add(
    `${prefix}Scheduled`,
    compact({
      ...(service ? common : { resource: resource.arn }),
      region: service ? visit.frame.run.identity.stateMachineArn.split(":")[3] : undefined,
      [argumentsName]: text(call.input),
      ...(service ? {} : { inputDetails: { truncated: false } }),
      timeoutInSeconds: call.timeout,
      heartbeatInSeconds: call.heartbeat,
    }),
  );
}

async function credentials(visit: Visit): Promise<string> {
  const { Credentials } = visit.state.fields;
  if (Credentials === undefined) return visit.frame.run.identity.roleArn;
  const value =
    visit.state.language === "JSONata"
      ? await visit.evaluate(Credentials, "Credentials")
      : visit.paths(() => resolveTemplate(Credentials, "Credentials", visit.pathScope()));
  if (isObject(value) && typeof value.RoleArn === "string") return value.RoleArn;
  throw visit.failure("States.Runtime", "Credentials need a RoleArn");
}

/** Waits for the answer: first that the work was accepted, where there is such a thing, then its end. */
async function answerOf(visit: Visit, resource: Resource, attempt: TaskAttempt, deadlines: Deadlines) {
  const { run, cancellation } = visit.frame;
  const { prefix, common } = eventsOf(resource);
  const token =
    visit.taskToken === undefined ? undefined : run.tokens.open(visit.taskToken, () => deadlines.beat());
  const within = <T>(promise: Promise<T>) => cancellation.guard(Promise.race([promise, deadlines.missed]));
  attempt.result?.catch(() => undefined);
  try {
    if (attempt.submitted) {
      const output = await within(attempt.submitted);
      visit.add(`${prefix}Submitted`, {
        ...common,
        output: text(output),
        outputDetails: { truncated: false },
      });
    }
    const result = attempt.result ?? token?.result;
    if (!result) throw new StatesError("States.Runtime", "The task has no way to answer.");
    return await within(result);
  } finally {
    token?.close();
  }
}

function report(visit: Visit, resource: Resource, failure: StatesError): void {
  const { prefix, common } = eventsOf(resource);
  const { error, causeText: cause } = failure;
  const type = `${prefix}${failure.eventType ?? "Failed"}`;
  visit.add(type, compact({ ...common, error, cause }));
}

/** Bounds of both fields: 1 to 99,999,999 seconds. @see the Task state page of the guide */
async function secondsOf(visit: Visit, name: string): Promise<number | undefined> {
  const seconds = await numberOf(visit, name);
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= 1 && seconds <= 99_999_999))
    return seconds;
  const message = `The ${name} field must be an integer between 1 and 99999999 but was: ${seconds}`;
  if (visit.state.language === "JSONPath") throw visit.failure("States.Runtime", message);
  throw visit.queryFailure(name, message);
}

async function attemptTask(visit: Visit, resource: Resource): Promise<Json> {
  const { run } = visit.frame;
  const refusal = run.runner.refuses?.(resource);
  if (refusal !== undefined) throw visit.failure("States.Runtime", refusal);
  visit.taskToken = usesTaskToken(resource) ? run.ambience.uuid() : undefined;
  const input = visit.limit(await argumentsOf(visit), visit.state.name);
  const timeout = await secondsOf(visit, "TimeoutSeconds");
  const heartbeat = await secondsOf(visit, "HeartbeatSeconds");
  const roleArn = await credentials(visit);
  const scheduledEventId = schedule(visit, resource, { input, timeout, heartbeat });
  const { prefix, common } = eventsOf(resource);
  visit.add(`${prefix}Started`, resource.kind === "service" ? common : undefined);
  const attempt = run.runner.start({
    resource,
    arguments: input,
    stateName: visit.state.name,
    executionArn: run.identity.executionArn,
    roleArn,
    scheduledEventId,
    ...(visit.taskToken === undefined ? {} : { taskToken: visit.taskToken }),
  });
  visit.stopWork = () => attempt.abort();
  const deadlines = new Deadlines(run.clock, timeout, usesTaskToken(resource) ? heartbeat : undefined);
  try {
    const output = visit.limit(await answerOf(visit, resource, attempt, deadlines), resource.arn);
    const outputDetails = { truncated: false };
    visit.add(`${prefix}Succeeded`, { ...common, output: text(output), outputDetails });
    return output;
  } catch (thrown) {
    if (thrown instanceof StatesError && thrown.error !== "States.DataLimitExceeded") {
      if (thrown.eventType === "TimedOut") attempt.abort();
      report(visit, resource, thrown);
    }
    throw thrown;
  } finally {
    deadlines.stop();
    visit.stopWork = () => undefined;
  }
}

export function runTask(visit: Visit, resource: Resource): Promise<Step> {
  return handled(visit, () => attemptTask(visit, resource));
}
