import { z } from "zod";
import { COLLECTIONS } from "../../world/records.ts";
import { callerArn } from "../arn.ts";
import type { BuildRecord, ProjectRecord } from "../backends.ts";
import { AWS_COLLECTIONS } from "../collections.ts";
import { AwsError } from "../contract.ts";
import { asJson, type Call, operation, page, present } from "../service.ts";
import { buildAnswer, projectAnswer } from "./codebuild-answers.ts";

const VariableSchema = z.object({
  name: z.string(),
  value: z.string(),
  type: z.enum(["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"]).default("PLAINTEXT"),
});

const builds = (call: Call) => call.world.collection<BuildRecord>(COLLECTIONS.builds);
const projects = (call: Call) => call.world.collection<ProjectRecord>(COLLECTIONS.projects);

const projectArn = (call: Call, name: string): string =>
  `arn:aws:codebuild:${call.region}:${call.accountId}:project/${name}`;

/** Build ids may be given as ARNs. */
const idOf = (reference: string): string => reference.replace(/^arn:.*:build\//, "");
const projectOf = (buildId: string): string => buildId.slice(0, buildId.lastIndexOf(":"));

/** Overrides replace variables of the same name and follow the others. */
function overridden(
  project: ProjectRecord,
  overrides: BuildRecord["environment"],
): BuildRecord["environment"] {
  const names = new Set(overrides.map(({ name }) => name));
  return [...project.environment.filter(({ name }) => !names.has(name)), ...overrides];
}

function submit(call: Call, project: ProjectRecord, overrides: BuildRecord["environment"]): BuildRecord {
  const { world } = call;
  const id = `${project.name}:${world.drawsOf(`${project.name}/${JSON.stringify(overrides)}`).uuid()}`;
  const now = world.clock.now();
  const caller = callerArn(call.principal);
  const record: BuildRecord = {
    id,
    arn: `arn:aws:codebuild:${call.region}:${call.accountId}:build/${id}`,
    projectName: project.name,
    buildStatus: "IN_PROGRESS",
    currentPhase: "SUBMITTED",
    startTime: now,
    initiator: caller.slice(caller.indexOf("/") + 1),
    environment: overridden(project, overrides),
    exportedEnvironmentVariables: [],
    phases: [{ phaseType: "SUBMITTED", startTime: now }],
    log: "",
  };
  builds(call).set(id, record);
  world.emit("codebuild.build.changed", { id });
  return record;
}

function answers(call: Call, ids: readonly string[]) {
  const found = ids.flatMap((id) => builds(call).get(idOf(id)) ?? []);
  return {
    builds: found.map((build) => buildAnswer(build, projects(call).get(build.projectName), builds(call))),
    buildsNotFound: ids.filter((id) => !builds(call).has(idOf(id))),
  };
}

export const codebuild = {
  /** Overrides that are not modelled are refused: ignoring one would run another build than AWS does. */
  StartBuild: operation(
    z.strictObject({
      projectName: z.string(),
      environmentVariablesOverride: z.array(VariableSchema).optional(),
      idempotencyToken: z.string().optional(),
    }),
    (call, { projectName, environmentVariablesOverride = [], idempotencyToken }) => {
      const name = projectName.replace(/^arn:.*:project\//, "");
      call.allow("codebuild:StartBuild", projectArn(call, name));
      const project = projects(call).get(name);
      if (!project)
        throw new AwsError("ResourceNotFoundException", `Project cannot be found: ${projectArn(call, name)}`);
      const tokens = call.world.collection<{ id: string }>(AWS_COLLECTIONS.buildTokens);
      const known = idempotencyToken === undefined ? undefined : tokens.get(idempotencyToken);
      const backend = call.backends.builds;
      if (!backend) throw new Error("no build backend is connected");
      const id = known?.id ?? submit(call, project, environmentVariablesOverride).id;
      if (!known) backend.start(id);
      if (idempotencyToken !== undefined) tokens.set(idempotencyToken, { id });
      return { build: answers(call, [id]).builds[0] ?? null };
    },
  ),
  /** Up to 100 ids: CodeBuild API reference. */
  BatchGetBuilds: operation(z.object({ ids: z.array(z.string()).min(1).max(100) }), (call, { ids }) => {
    for (const name of new Set(ids.map(idOf).map(projectOf)))
      call.allow("codebuild:BatchGetBuilds", projectArn(call, name));
    return asJson(answers(call, ids));
  }),
  /** Newest first unless asked otherwise, 100 a page. */
  ListBuildsForProject: operation(
    z.object({
      projectName: z.string(),
      sortOrder: z.enum(["ASCENDING", "DESCENDING"]).default("DESCENDING"),
      nextToken: z.string().optional(),
    }),
    (call, { projectName, sortOrder, nextToken }) => {
      call.allow("codebuild:ListBuildsForProject", projectArn(call, projectName));
      if (!projects(call).has(projectName))
        throw new AwsError("ResourceNotFoundException", `Project cannot be found: ${projectName}`);
      const sign = sortOrder === "ASCENDING" ? 1 : -1;
      const ids = builds(call)
        .values()
        .filter((build) => build.projectName === projectName)
        .sort((a, b) => sign * (a.startTime - b.startTime))
        .map(({ id }) => id);
      const { items, next } = page(ids, nextToken, 100);
      return present({ ids: items, nextToken: next });
    },
  ),
  StopBuild: operation(z.object({ id: z.string() }), (call, { id }) => {
    const buildId = idOf(id);
    call.allow("codebuild:StopBuild", projectArn(call, projectOf(buildId)));
    const build = builds(call).get(buildId);
    if (!build) throw new AwsError("ResourceNotFoundException", `Build cannot be found: ${id}`);
    if (build.endTime === undefined) {
      if (!call.backends.builds) throw new Error("no build backend is connected");
      call.backends.builds.stop(buildId);
    }
    return { build: answers(call, [buildId]).builds[0] ?? null };
  }),
  BatchGetProjects: operation(z.object({ names: z.array(z.string()).min(1).max(100) }), (call, { names }) => {
    const bare = names.map((name) => name.replace(/^arn:.*:project\//, ""));
    for (const name of bare) call.allow("codebuild:BatchGetProjects", projectArn(call, name));
    return {
      projects: bare.flatMap((name) => projects(call).get(name) ?? []).map(projectAnswer),
      projectsNotFound: bare.filter((name) => !projects(call).has(name)),
    };
  }),
};
