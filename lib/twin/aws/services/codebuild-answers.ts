import type { Collection, Json } from "../../world/world.ts";
import type { BuildRecord, ProjectRecord } from "../backends.ts";
import { asJson, epochSeconds, present } from "../service.ts";

type Phase = BuildRecord["phases"][number];

function phaseAnswer({ phaseType, phaseStatus, startTime, endTime, message }: Phase): Json {
  return present({
    phaseType,
    phaseStatus,
    startTime: epochSeconds(startTime),
    endTime: endTime === undefined ? undefined : epochSeconds(endTime),
    durationInSeconds: endTime === undefined ? undefined : Math.round((endTime - startTime) / 1000),
    contexts: message === undefined ? undefined : [contextOf(message)],
  });
}

/** A message of the record begins with CodeBuild's code for it: `COMMAND_EXECUTION_ERROR: …`. */
function contextOf(text: string): Json {
  const [, statusCode = "CLIENT_ERROR", message = text] = /^([A-Z_]+): (.*)$/s.exec(text) ?? [];
  return { statusCode, message };
}

const isBefore = (a: BuildRecord, b: BuildRecord): boolean =>
  a.startTime < b.startTime || (a.startTime === b.startTime && a.id <= b.id);

/** A build as BatchGetBuilds answers; times in epoch seconds. */
export function buildAnswer(
  build: BuildRecord,
  project: ProjectRecord | undefined,
  builds: Collection<BuildRecord>,
): Json {
  const older = builds
    .values()
    .filter((other) => other.projectName === build.projectName && isBefore(other, build));
  const stream = build.id.slice(build.id.lastIndexOf(":") + 1);
  return present({
    id: build.id,
    arn: build.arn,
    buildNumber: older.length,
    startTime: epochSeconds(build.startTime),
    endTime: build.endTime === undefined ? undefined : epochSeconds(build.endTime),
    currentPhase: build.currentPhase,
    buildStatus: build.buildStatus,
    projectName: build.projectName,
    phases: build.phases.map(phaseAnswer),
    environment: { ...environmentOf(project), environmentVariables: asJson(build.environment) },
    serviceRole: project?.serviceRoleArn,
    logs: { groupName: `/aws/codebuild/${build.projectName}`, streamName: stream },
    timeoutInMinutes: project?.timeoutInMinutes,
    queuedTimeoutInMinutes: project?.queuedTimeoutInMinutes,
    buildComplete: build.endTime !== undefined,
    initiator: build.initiator,
    exportedEnvironmentVariables: asJson(build.exportedEnvironmentVariables),
    source: { type: "NO_SOURCE" },
  });
}

function environmentOf(project: ProjectRecord | undefined): { [key: string]: Json } {
  if (!project) return {};
  const type = /arm|aarch64/.test(project.image) ? "ARM_CONTAINER" : "LINUX_CONTAINER";
  return { type, image: project.image, computeType: project.computeType, privilegedMode: false };
}

export function projectAnswer(project: ProjectRecord): Json {
  return {
    name: project.name,
    arn: project.arn,
    source: { type: "NO_SOURCE", buildspec: project.buildspec },
    artifacts: { type: "NO_ARTIFACTS" },
    environment: { ...environmentOf(project), environmentVariables: asJson(project.environment) },
    serviceRole: project.serviceRoleArn,
    timeoutInMinutes: project.timeoutInMinutes,
    queuedTimeoutInMinutes: project.queuedTimeoutInMinutes,
  };
}
