/** What the emulator's services hand on to the parts of the twin that do the real work. */
import type { Json } from "../world/world.ts";

/** Runs functions: the bundles that CDK would upload, in workers. */
export interface LambdaBackend {
  /**
   * Resolves after the modelled (virtual) duration with what the function returned or threw.
   * `functionError` is AWS's word (`Unhandled`); the payload then is `{ errorType, errorMessage, trace }`.
   */
  invoke(
    functionName: string,
    payload: Json,
  ): Promise<{ payload: Json; functionError?: "Unhandled" | "Handled" }>;
}

/** Runs builds. `start` returns at once; the build's record in the world (COLLECTIONS.builds) tells the rest. */
export interface BuildBackend {
  start(buildId: string): void;
  stop(buildId: string): void;
}

/** Runs executions. Arguments and results are those of the Step Functions API, times as epoch seconds. */
export interface StatesBackend {
  startExecution(input: { stateMachineArn: string; name?: string; input?: string }): {
    executionArn: string;
    startDate: number;
  };
  describeExecution(executionArn: string): Json;
  listExecutions(stateMachineArn: string, statusFilter?: string): Json;
  getExecutionHistory(executionArn: string): Json;
  stopExecution(executionArn: string, error?: string, cause?: string): { stopDate: number };
  sendTaskSuccess(taskToken: string, output: string): void;
  sendTaskFailure(taskToken: string, error?: string, cause?: string): void;
  sendTaskHeartbeat(taskToken: string): void;
}

/**
 * A build as the world keeps it. The emulator's StartBuild writes it as IN_PROGRESS, phase SUBMITTED, and calls the backend,
 * which replaces it as the build goes on; `world.emit("codebuild.build.changed", { id })` follows each change
 * of `buildStatus` (the last one when `endTime` is set).
 */
export interface BuildRecord {
  id: string;
  arn: string;
  projectName: string;
  buildStatus: "IN_PROGRESS" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "STOPPED" | "FAULT";
  currentPhase: string;
  startTime: number;
  endTime?: number;
  initiator: string;
  /** Project's variables with the overrides of StartBuild applied. */
  environment: { name: string; value: string; type: string }[];
  exportedEnvironmentVariables: { name: string; value: string }[];
  phases: {
    phaseType: string;
    phaseStatus?: string;
    startTime: number;
    endTime?: number;
    message?: string;
  }[];
  /** Last lines of output, for a person. */
  log: string;
}

/** A project as CloudFormation made it. */
export interface ProjectRecord {
  name: string;
  arn: string;
  serviceRoleArn: string;
  environment: { name: string; value: string; type: string }[];
  buildspec: string;
  timeoutInMinutes: number;
  queuedTimeoutInMinutes: number;
  image: string;
  computeType: string;
}

/** A published function version as CloudFormation made it. */
export interface FunctionRecord {
  name: string;
  arn: string;
  roleArn: string;
  /** Of the published version that the state machine calls. */
  version: string;
  /** Directory of the bundle (cdk.out/asset.…) and `file.export`. */
  codeDirectory: string;
  handler: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  environment: Record<string, string>;
}

/** A state machine as CloudFormation made it. */
export interface StateMachineRecord {
  arn: string;
  name: string;
  roleArn: string;
  /** Intrinsics resolved. */
  definition: Json;
}
