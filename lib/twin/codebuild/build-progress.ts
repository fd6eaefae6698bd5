import type { BuildRecord } from "../aws/backends.ts";
import { COLLECTIONS } from "../world/records.ts";
import type { World } from "../world/world.ts";

type EndStatus = Exclude<BuildRecord["buildStatus"], "IN_PROGRESS">;

/** A build's record in the world, from phase to phase to its end; each change is announced. */
export class BuildProgress {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  build(buildId: string): BuildRecord {
    const build = this.#world.collection<BuildRecord>(COLLECTIONS.builds).get(buildId);
    if (build === undefined) throw new Error(`no build ${buildId}`);
    return build;
  }

  update(buildId: string, change: Partial<BuildRecord>): void {
    this.#world
      .collection<BuildRecord>(COLLECTIONS.builds)
      .update(buildId, (build) => ({ ...build, ...change }));
  }

  /** Ends the phase before; a build that has ended stays as it is. */
  enter(buildId: string, phase: string): void {
    const build = this.build(buildId);
    if (build.endTime !== undefined) return;
    const now = this.#world.clock.now();
    this.update(buildId, {
      currentPhase: phase,
      phases: [...closed(build, now, "SUCCEEDED"), { phaseType: phase, startTime: now }],
    });
    this.#world.emit("codebuild.build.changed", { id: buildId });
  }

  end(buildId: string, status: EndStatus, message?: string): void {
    const build = this.build(buildId);
    if (build.endTime !== undefined) return;
    const now = this.#world.clock.now();
    this.update(buildId, {
      buildStatus: status,
      currentPhase: "COMPLETED",
      endTime: now,
      phases: [...closed(build, now, status, message), { phaseType: "COMPLETED", startTime: now }],
    });
    this.#world.emit("codebuild.build.changed", { id: buildId });
  }
}

/** The phases so far with the last one ended. */
function closed(build: BuildRecord, now: number, status: string, message?: string): BuildRecord["phases"] {
  return build.phases.map((phase, index) =>
    index < build.phases.length - 1 || phase.endTime !== undefined
      ? phase
      : { ...phase, endTime: now, phaseStatus: status, ...(message === undefined ? {} : { message }) },
  );
}
