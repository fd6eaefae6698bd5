import { COLLECTIONS } from "../../world/records.ts";
import type { Json, World } from "../../world/world.ts";
import type { BuildRecord, ProjectRecord, StatesBackend } from "../backends.ts";

/** An event before the bus gives it its envelope. */
export interface Happening {
  readonly source: string;
  readonly detailType: string;
  readonly resources: string[];
  readonly detail: { [key: string]: Json };
}

/** Input and output together beyond this are left out of the event: Step Functions guide, "Automating event delivery". */
const INCLUDED_BYTES = 248 * 1024;

const milliseconds = (seconds: Json | undefined): Json =>
  typeof seconds === "number" ? Math.round(seconds * 1000) : null;

/**
 * An execution's status change, in the shape of the Step Functions developer guide,
 * "Automating Step Functions event delivery with EventBridge". Times there are epoch milliseconds.
 */
export function executionChange(states: StatesBackend, executionArn: string): Happening {
  const execution = states.describeExecution(executionArn) as { [key: string]: Json };
  const { input = null, output = null, status = "RUNNING" } = execution;
  const size = Buffer.byteLength(String(input ?? "")) + Buffer.byteLength(String(output ?? ""));
  const included = size <= INCLUDED_BYTES;
  const failed = status !== "RUNNING" && status !== "SUCCEEDED";
  return {
    source: "aws.states",
    detailType: "Step Functions Execution Status Change",
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn: execution.stateMachineArn ?? null,
      name: execution.name ?? executionArn.slice(executionArn.lastIndexOf(":") + 1),
      status,
      startDate: milliseconds(execution.startDate),
      stopDate: milliseconds(execution.stopDate),
      input: included ? input : null,
      inputDetails: { included },
      output: included ? output : null,
      outputDetails: output === null ? null : { included },
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: failed ? "REDRIVABLE" : "NOT_REDRIVABLE",
      redriveStatusReason: failed ? null : `Execution is ${String(status)} and cannot be redriven`,
      error: execution.error ?? null,
      cause: execution.cause ?? null,
    },
  };
}

/** CodeBuild writes times in words: `Sep 1, 2017 4:12:29 PM`, UTC. */
const IN_WORDS = new Intl.DateTimeFormat("en-US", {
  dateStyle: "medium",
  timeStyle: "medium",
  timeZone: "UTC",
});
function inWords(at: number): string {
  return IN_WORDS.format(at)
    .replace(/\u202f/g, " ")
    .replace(/(\d{4}), /, "$1 ");
}

function phaseDetail(phase: BuildRecord["phases"][number]): Json {
  const base = { "phase-type": phase.phaseType, "start-time": inWords(phase.startTime) };
  if (phase.endTime === undefined) return base;
  return {
    ...base,
    "phase-context": phase.message === undefined ? [] : [phase.message],
    "end-time": inWords(phase.endTime),
    "duration-in-seconds": Math.round((phase.endTime - phase.startTime) / 1000),
    "phase-status": phase.phaseStatus ?? "SUCCEEDED",
  };
}

/** A build's state change, in the shape of the CodeBuild user guide, "Build notifications input format reference". */
export function buildChange(world: World, build: BuildRecord): Happening {
  const project = world.collection<ProjectRecord>(COLLECTIONS.projects).get(build.projectName);
  const stream = build.id.slice(build.id.lastIndexOf(":") + 1);
  return {
    source: "aws.codebuild",
    detailType: "CodeBuild Build State Change",
    resources: [build.arn],
    detail: {
      "build-status": build.buildStatus,
      "project-name": build.projectName,
      "build-id": build.arn,
      "additional-information": {
        "build-complete": build.endTime !== undefined,
        "build-start-time": inWords(build.startTime),
        initiator: build.initiator,
        "timeout-in-minutes": project?.timeoutInMinutes ?? 60,
        source: { type: "NO_SOURCE" },
        artifact: { location: "" },
        cache: { type: "NO_CACHE" },
        environment: {
          image: project?.image ?? "",
          "privileged-mode": false,
          "compute-type": project?.computeType ?? "",
          type: "LINUX_CONTAINER",
          "environment-variables": build.environment.map((variable) => ({ ...variable })),
        },
        logs: { "group-name": `/aws/codebuild/${build.projectName}`, "stream-name": stream },
        phases: build.phases.map(phaseDetail),
      },
      "current-phase": build.currentPhase,
      "current-phase-context": "[]",
      version: "1",
    },
  };
}
