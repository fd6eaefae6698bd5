import * as z from "zod";
import type { BuildHistory } from "../drift/changed-by.ts";
import { connectJsonService, type JsonServiceProps } from "./json-service.ts";

const IdsSchema = z.looseObject({ ids: z.array(z.string()).default([]) });
const BuildsSchema = z.looseObject({
  builds: z
    .array(z.looseObject({ id: z.string(), buildStatus: z.string(), startTime: z.number() }))
    .default([]),
});

/**
 * The newest builds of a project.
 * @see https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ListBuildsForProject.html
 */
export function connectBuildHistory(
  props: Pick<JsonServiceProps, "credentials" | "region" | "endpoint">,
): BuildHistory {
  const ask = connectJsonService({ ...props, service: "codebuild", target: "CodeBuild_20161006" });
  return {
    async startedSince(projectName, since) {
      const { ids } = IdsSchema.parse(
        await ask("ListBuildsForProject", { projectName, sortOrder: "DESCENDING" }),
      );
      const [newest] = ids;
      if (newest === undefined) return undefined;
      const [build] = BuildsSchema.parse(await ask("BatchGetBuilds", { ids: [newest] })).builds;
      if (build === undefined || build.startTime * 1_000 <= since.getTime()) return undefined;
      return { id: build.id, alive: build.buildStatus === "IN_PROGRESS" };
    },
  };
}
