import type { BuildRecord } from "../aws/backends.ts";
import { addFault } from "../world/faults.ts";
import { COLLECTIONS, type ObjectVersion } from "../world/records.ts";
import { type Break, type BreakTarget, projectOf } from "./break.ts";

/** Calls `react` for each build of a project that has come to `phase` (COMPLETED when it has ended). */
function whenBuild(
  { world }: BreakTarget,
  projectName: string,
  phase: string,
  react: (build: BuildRecord) => void,
): void {
  world.on<{ id: string }>("codebuild.build.changed", ({ id }) => {
    const build = world.collection<BuildRecord>(COLLECTIONS.builds).get(id);
    if (build?.projectName === projectName && build.currentPhase === phase) react(build);
  });
}

/** Flips one byte of every stored version: whoever can write to the bucket could do the same. */
function tamper({ world, artefactBucket }: BreakTarget, keySuffix: string): void {
  const objects = world.collection<ObjectVersion[]>(COLLECTIONS.objects);
  for (const key of objects.keys()) {
    if (!key.startsWith(`${artefactBucket}/`) || !key.endsWith(keySuffix)) continue;
    objects.update(key, (versions) =>
      versions.map((version) => {
        const body = Buffer.from(version.body, "base64");
        const middle = Math.floor(body.length / 2);
        body[middle] = (body[middle] ?? 0) ^ 1;
        return { ...version, body: body.toString("base64") };
      }),
    );
  }
}

/** A lock as terraform writes it, by a person who pressed Ctrl-C twice on another day. */
const STALE_LOCK = {
  ID: "0f0f0f0f-1111-4222-a333-444444444444",
  Operation: "OperationTypeApply",
  Info: "",
  Who: "operator@laptop",
  Version: "1.11.4",
  Created: "2026-11-20T17:03:11.000000Z",
};

/** How long after its BUILD phase began the apply is in the middle of its work. */
const MIDDLE_MILLISECONDS = 60_000;

export const BUILD_BREAKS: readonly Break[] = [
  {
    name: "build-fails",
    description: "the container of the apply build of observability cannot be started",
    prepare: ({ world, environment }) =>
      addFault(world, {
        kind: "build-not-provisioned",
        project: projectOf(environment, "apply", "observability"),
      }),
  },
  {
    name: "build-killed",
    description: "the apply build of foundation is killed in the middle of its apply",
    prepare: ({ world, environment }) =>
      addFault(world, {
        kind: "build-killed",
        project: projectOf(environment, "apply", "foundation"),
        afterOperations: 20,
        remaining: 1,
      }),
  },
  {
    name: "execution-stopped",
    description: "somebody stops the execution from the console in the middle of foundation's apply",
    prepare(target) {
      const { world, environment } = target;
      whenBuild(target, projectOf(environment, "apply", "foundation"), "BUILD", () =>
        world.clock.schedule(world.clock.now() + MIDDLE_MILLISECONDS, () => {
          for (const [arn, execution] of world
            .collection<{ status: string }>(COLLECTIONS.executions)
            .entries())
            if (execution.status === "RUNNING") target.stopExecution(arn);
        }),
      );
    },
  },
  {
    name: "state-locked",
    description: "somebody else holds the lock of platform-step02's Terraform state",
    prepare({ world, stateBucket }) {
      const key = "platform-step02/terraform.tfstate";
      const lock = { ...STALE_LOCK, Path: `${stateBucket}/${key}` };
      world.collection<ObjectVersion[]>(COLLECTIONS.objects).set(`${stateBucket}/${key}.tflock`, [
        {
          versionId: "stale",
          body: Buffer.from(JSON.stringify(lock)).toString("base64"),
          etag: '"5d41402abc4b2a76b9719d911017c592"',
          contentType: "application/json",
          lastModified: Date.parse(STALE_LOCK.Created),
          metadata: {},
        },
      ]);
    },
  },
  {
    name: "plan-tampered",
    description: "foundation's saved plan is changed in the artefact bucket between plan and apply",
    prepare(target) {
      whenBuild(target, projectOf(target.environment, "apply", "foundation"), "PROVISIONING", () =>
        tamper(target, "/foundation/plan.tfplan"),
      );
    },
  },
];
