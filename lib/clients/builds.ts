import {
  BatchGetBuildsCommand,
  type Build,
  CodeBuildClient,
  ListBuildsForProjectCommand,
} from "@aws-sdk/client-codebuild";
import type { Builds } from "../run/ports.ts";
import { isNamed } from "./aws-errors.ts";
import { SDK_SETTINGS } from "./sdk.ts";

/**
 * Newest builds of a project that are looked at. The holder of the lease starts at most a few in a project
 * (a plan, an apply, their retries), and only what else reads (drift scans) starts others in between.
 */
const NEWEST = 20;
/** The most that one BatchGetBuilds takes. */
const BATCH = 100;

export function connectBuilds(codebuild: CodeBuildClient = new CodeBuildClient(SDK_SETTINGS)): Builds {
  return {
    async alive(runId, projects) {
      const ids = (await Promise.all(projects.map((project) => newest(codebuild, project)))).flat();
      const builds = await describe(codebuild, ids);
      return builds
        .filter((build) => runOf(build) === runId && build.buildStatus === "IN_PROGRESS")
        .flatMap((build) => build.id ?? []);
    },
    async runOf(buildId) {
      const [build] = await describe(codebuild, [buildId]);
      return build && runOf(build);
    },
  };
}

async function newest(codebuild: CodeBuildClient, projectName: string): Promise<string[]> {
  try {
    const { ids = [] } = await codebuild.send(
      new ListBuildsForProjectCommand({ projectName, sortOrder: "DESCENDING" }),
    );
    return ids.slice(0, NEWEST);
  } catch (error) {
    if (isNamed(error, "ResourceNotFoundException")) return [];
    throw error;
  }
}

async function describe(codebuild: CodeBuildClient, ids: readonly string[]): Promise<Build[]> {
  const builds: Build[] = [];
  for (let start = 0; start < ids.length; start += BATCH) {
    const batch = ids.slice(start, start + BATCH);
    const answer = await codebuild.send(new BatchGetBuildsCommand({ ids: batch }));
    builds.push(...(answer.builds ?? []));
  }
  return builds;
}

/** A build belongs to the run that its RUN_ID names; the machine sets it when it starts the build. */
const runOf = (build: Build): string | undefined =>
  build.environment?.environmentVariables?.find((variable) => variable.name === "RUN_ID")?.value;
