import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
} from "@aws-sdk/client-codebuild";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it } from "vitest";
import { connectBuilds } from "../../lib/clients/builds.ts";

const codebuild = mockClient(CodeBuildClient);
beforeEach(() => codebuild.reset());
const builds = connectBuilds(new CodeBuildClient({ region: "eu-west-1" }));
const build = (id: string, runId: string, buildStatus: "IN_PROGRESS" | "SUCCEEDED") => ({
  id,
  buildStatus,
  environment: {
    type: "ARM_CONTAINER" as const,
    image: "x",
    computeType: "BUILD_GENERAL1_SMALL" as const,
    environmentVariables: [{ name: "RUN_ID", value: runId }],
  },
});

it("finds the builds of the run that have not ended", async () => {
  codebuild.on(ListBuildsForProjectCommand).resolves({ ids: ["p:1"] });
  codebuild.on(BatchGetBuildsCommand).resolves({
    builds: [
      build("p:1", "run-1", "IN_PROGRESS"),
      build("p:2", "run-1", "SUCCEEDED"),
      build("p:3", "run-2", "IN_PROGRESS"),
    ],
  });
  await expect(builds.alive("run-1", ["p"])).resolves.toEqual(["p:1"]);
});

it("asks for a hundred builds at a time", async () => {
  codebuild
    .on(ListBuildsForProjectCommand)
    .resolves({ ids: Array.from({ length: 50 }, (_, index) => `p:${index}`) });
  codebuild.on(BatchGetBuildsCommand).resolves({ builds: [] });
  await builds.alive(
    "run-1",
    Array.from({ length: 6 }, (_, index) => `p${index}`),
  );
  const sizes = codebuild.commandCalls(BatchGetBuildsCommand).map((call) => call.args[0].input.ids?.length);
  expect(sizes).toEqual([100, 20]);
});

it("takes a project that is not there for one without builds", async () => {
  codebuild
    .on(ListBuildsForProjectCommand)
    .rejects(Object.assign(new Error("gone"), { name: "ResourceNotFoundException" }));
  await expect(builds.alive("run-1", ["p"])).resolves.toEqual([]);
});

it("knows the run of a build, and that some builds have none", async () => {
  codebuild
    .on(BatchGetBuildsCommand)
    .resolvesOnce({ builds: [build("p:1", "run-1", "SUCCEEDED")] })
    .resolves({ builds: [] });
  await expect(builds.runOf("p:1")).resolves.toBe("run-1");
  await expect(builds.runOf("p:2")).resolves.toBeUndefined();
});
