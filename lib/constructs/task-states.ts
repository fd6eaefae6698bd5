import { CustomState, type QueryLanguage, type State } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { type Retrier, SERVICE_RETRIES } from "./retry-policies.ts";

/** The longest of the run's functions may take two minutes; half a minute more for calling it. */
export const CALL_SECONDS = 150;

/** What happens when a task fails for good: this output goes to that state. */
export interface Rescue {
  readonly to: State;
  /** JSONata, over `$states.errorOutput`. */
  readonly output: string;
}

interface TaskProps {
  readonly timeoutSeconds: number;
  readonly retries?: readonly Retrier[];
  readonly rescue?: Rescue;
  /** JSONata of the state's output; the task's result by default. */
  readonly output?: unknown;
  readonly assign?: Readonly<Record<string, string>>;
  readonly comment?: string;
}

export interface FunctionStateProps extends TaskProps {
  /** ARN of a published version: a deployment in the middle of a run changes nothing in it. */
  readonly version: string;
  readonly payload: unknown;
  /** Wait until somebody answers with the task's token. */
  readonly waitForTaskToken?: boolean;
}

export interface BuildStateProps extends TaskProps {
  readonly projectName: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Task states are written out instead of taken from CDK's task constructs: those grant the machine's role
 * `codebuild:StopBuild` unasked, and an apply in flight must never be stopped.
 */
export function functionState(scope: Construct, name: string, props: FunctionStateProps): CustomState {
  const { version, payload, waitForTaskToken } = props;
  return task(scope, name, {
    props: { retries: SERVICE_RETRIES, ...props },
    resource: `arn:aws:states:::lambda:invoke${waitForTaskToken ? ".waitForTaskToken" : ""}`,
    arguments: { FunctionName: version, Payload: payload },
    output: "{% $states.result.Payload %}",
  });
}

export interface CallStateProps extends TaskProps {
  /** As the integration spells it: `ec2:describeSnapshots`. */
  readonly call: string;
  readonly arguments: unknown;
  readonly output: unknown;
}

/** One call to an AWS API by the machine's own role. */
export function callState(scope: Construct, name: string, props: CallStateProps): CustomState {
  return task(scope, name, {
    props,
    resource: `arn:aws:states:::aws-sdk:${props.call}`,
    arguments: props.arguments,
    output: "{% $states.result %}",
  });
}

/** Runs a build and waits for its end. A build that doesn't succeed is `States.TaskFailed`. */
export function buildState(scope: Construct, name: string, props: BuildStateProps): CustomState {
  const { environment, ...rest } = props;
  const overrides = Object.entries(environment).map(([Name, Value]) => ({ Name, Value, Type: "PLAINTEXT" }));
  return buildTask(scope, name, { ...rest, overrides });
}

/** The same with the overrides as CodeBuild takes them, or JSONata of them. */
export function buildTask(
  scope: Construct,
  name: string,
  props: TaskProps & { readonly projectName: string; readonly overrides: unknown },
): CustomState {
  return task(scope, name, {
    props,
    resource: "arn:aws:states:::codebuild:startBuild.sync",
    arguments: { ProjectName: props.projectName, EnvironmentVariablesOverride: props.overrides },
    output: "{% $states.result %}",
  });
}

/** Starts an execution and does not wait for its end. Whatever becomes of the start, the machine goes on. */
export function executionState(
  scope: Construct,
  name: string,
  props: TaskProps & {
    readonly stateMachineArn: string;
    readonly name: string;
    readonly input: unknown;
    readonly next: State;
  },
): CustomState {
  const state = task(scope, name, {
    props: { ...props, rescue: { to: props.next, output: "{% $states.errorOutput %}" } },
    resource: "arn:aws:states:::states:startExecution",
    arguments: { StateMachineArn: props.stateMachineArn, Name: props.name, Input: props.input },
    output: "{% $states.result %}",
  });
  state.next(props.next);
  return state;
}

export interface ChildStateProps extends TaskProps {
  readonly stateMachineArn: string;
  readonly input: unknown;
}

/**
 * Starts an execution and waits for its end; a child that doesn't succeed is `States.TaskFailed`. Written out, because
 * CDK's own task grants more than is needed.
 */
export function childState(scope: Construct, name: string, props: ChildStateProps): CustomState {
  return task(scope, name, {
    props,
    resource: "arn:aws:states:::states:startExecution.sync:2",
    arguments: { StateMachineArn: props.stateMachineArn, Input: props.input },
    output: "{% $states.result.Output %}",
  });
}

interface Task {
  readonly props: TaskProps;
  readonly resource: string;
  readonly arguments: unknown;
  readonly output: string;
}

function task(scope: Construct, name: string, { props, resource, arguments: args, output }: Task): TaskState {
  const stateJson = {
    Type: "Task",
    ...(props.comment ? { Comment: props.comment } : {}),
    Resource: resource,
    Arguments: args,
    TimeoutSeconds: props.timeoutSeconds,
    ...(props.retries && props.retries.length > 0 ? { Retry: props.retries } : {}),
    ...(props.assign ? { Assign: props.assign } : {}),
    Output: props.output ?? output,
  };
  return new TaskState(scope, name, stateJson, props.rescue);
}

/** CDK writes a custom state's Catch as JSONPath would have it, without its Output: so that is added here. */
class TaskState extends CustomState {
  readonly #rescue: Rescue | undefined;

  constructor(scope: Construct, name: string, stateJson: Record<string, unknown>, rescue?: Rescue) {
    super(scope, name, { stateJson });
    this.#rescue = rescue;
    if (rescue) this.addCatch(rescue.to, { errors: ["States.ALL"] });
  }

  override toStateJson(queryLanguage?: QueryLanguage): object {
    const state: { Catch?: object[] } = super.toStateJson(queryLanguage);
    if (!this.#rescue) return state;
    const { output } = this.#rescue;
    return { ...state, Catch: state.Catch?.map((entry) => ({ ...entry, Output: output })) };
  }
}
