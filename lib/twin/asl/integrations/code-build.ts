import type { BuildRecord } from "../../aws/backends.ts";
import { AwsError } from "../../aws/contract.ts";
import { COLLECTIONS } from "../../world/records.ts";
import type { Json, World } from "../../world/world.ts";
import { isObject, type TaskAttempt } from "../contract.ts";
import { StatesError } from "../errors.ts";
import type { Caller } from "./caller.ts";
import { Jobs } from "./jobs.ts";
import { fromService, toService } from "./letter-case.ts";
import { serviceFailure } from "./service-errors.ts";

const buildOf = (world: World, id: string) => world.collection<BuildRecord>(COLLECTIONS.builds).get(id);

/** Every build's end, once for all states that wait. */
export function buildJobs(world: World): Jobs {
  return new Jobs(world, "codebuild.build.changed", (data) => {
    const id = isObject(data) && typeof data.id === "string" ? data.id : undefined;
    return id !== undefined && buildOf(world, id)?.endTime !== undefined ? id : undefined;
  });
}

/** CodeBuild's times are seconds; Step Functions shows milliseconds. */
function inMilliseconds(value: Json): Json {
  if (Array.isArray(value)) return value.map(inMilliseconds);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      /^(Start|End)Time$/.test(key) && typeof item === "number"
        ? [key, Math.round(item * 1000)]
        : [key, inMilliseconds(item)],
    ),
  );
}

const asState = (answer: Json): Json => inMilliseconds(fromService("codebuild", answer));

async function describe(caller: Caller, id: string): Promise<Json> {
  const answer = await caller.call("codebuild", "BatchGetBuilds", { ids: [id] });
  const builds = isObject(answer) && Array.isArray(answer.builds) ? answer.builds : [];
  return asState({ build: builds[0] ?? null });
}

const idIn = (started: Json): string => {
  const build = isObject(started) ? started.Build : undefined;
  return isObject(build) && typeof build.Id === "string" ? build.Id : "";
};

const statusIn = (described: Json): Json | undefined => {
  const build = isObject(described) ? described.Build : undefined;
  return isObject(build) ? build.BuildStatus : undefined;
};

/**
 * `codebuild:startBuild.sync`: starts a build as the machine's role and waits for its end. A build that did not
 * succeed fails the state with States.TaskFailed and the build as JSON text; a stop of the state asks CodeBuild
 * to stop the build, and a role that may not do that leaves it running, as on AWS.
 */
export function startBuildSync(caller: Caller, jobs: Jobs, input: Json): TaskAttempt {
  let aborted = false;
  let buildId: string | undefined;
  const stop = (id: string): void => {
    caller.call("codebuild", "StopBuild", { id }).catch((thrown: unknown) => {
      if (!(thrown instanceof AwsError)) throw thrown;
    });
  };
  const submitted = caller.call("codebuild", "StartBuild", toService("codebuild", input)).then(
    (answer) => {
      const started = asState(answer);
      buildId = idIn(started);
      if (aborted) stop(buildId);
      return started;
    },
    (thrown: unknown) => {
      throw serviceFailure("codebuild", thrown, "SubmitFailed");
    },
  );
  const result = submitted.then(async (started) => {
    const id = idIn(started);
    await jobs.over(id, buildOf(caller.world, id)?.endTime !== undefined);
    await caller.world.clock.sleep(caller.latencies.syncMilliseconds);
    const described = await describe(caller, id).catch((thrown: unknown) => {
      throw serviceFailure("codebuild", thrown);
    });
    if (statusIn(described) === "SUCCEEDED") return described;
    throw new StatesError("States.TaskFailed", JSON.stringify(described));
  });
  return {
    submitted,
    result,
    abort: () => {
      aborted = true;
      if (buildId !== undefined) stop(buildId);
    },
  };
}
