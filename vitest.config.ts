import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Modules are loaded once for all files of a worker: the tests keep nothing in them. Most of what they start is
 * over before optimized code would pay: without it, a run of the pipeline takes a tenth less of the processors.
 */
const SHARED = { isolate: false, execArgv: ["--no-opt", "--single-threaded-gc"] };

/** For a machine that others use, too: nothing here is asserted by the clock. */
const PATIENCE = { testTimeout: 600_000, hookTimeout: 600_000 };

/**
 * What takes the processors for minutes and guards one subject each: `npm run test:deep` runs it, and so does
 * `.ci/run`. Everything else is `npm test`, which people run before every commit.
 */
const DEEP_PIPELINE = [
  "drift",
  "edge",
  "prove",
  "redeploy",
  "rehearse-recovery",
  "rehearse-region",
  "retained",
  "same-twice",
  "sweep",
  "thirty-days",
  "upgrade",
].map((name) => `test/pipeline/${name}.test.ts`);
const DEEP_PARTS = [
  "test/terraform/planned-rules/*.test.ts",
  "test/twin/kubernetes/api/kubectl.test.ts",
  "test/twin/terraform/providers/**/*.test.ts",
  "test/stacks/synthesized-anew.test.ts",
  ...[
    "disaster-recovery",
    "edge",
    "finops",
    "import",
    "observability",
    "observability-alerts",
    "planning",
    "releases",
    "resilience",
    "security",
    "terraform-test",
    "validate",
  ].map((name) => `test/terraform/${name}.test.ts`),
];

/** Files that take longest, however short they are; those last that begin in a world which is deployed meanwhile. */
const HEAVIEST = ["building", "endings", "toy-layer", "sibling", "verify-backup", "outside", "lies"];

/** Begins with the heaviest, so that no processor waits for one of them at the end. */
class HeaviestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = HEAVIEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? HEAVIEST.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

/**
 * Three kinds of tests: those that need nothing, those of SDK clients, and those that run the synthesized machine;
 * the first and the last of them in two depths.
 */
export default defineConfig({
  test: {
    // Tests wait for terraform much of the time, so three files at once keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: HeaviestFirst },
    projects: [
      {
        test: {
          name: "pipeline",
          ...SHARED,
          ...PATIENCE,
          include: ["test/pipeline/**/*.test.ts"],
          exclude: DEEP_PIPELINE,
          globalSetup: ["test/pipeline/global-setup.ts"],
        },
      },
      {
        test: {
          name: "parts",
          ...SHARED,
          ...PATIENCE,
          include: ["test/**/*.test.ts"],
          exclude: ["test/{pipeline,clients,lambdas}/**", ...DEEP_PARTS],
        },
      },
      {
        test: {
          // A mocked client stays mocked for every file that shares its module.
          name: "clients",
          ...PATIENCE,
          include: ["test/{clients,lambdas}/**/*.test.ts"],
        },
      },
      {
        test: {
          name: "deep-pipeline",
          ...SHARED,
          ...PATIENCE,
          include: DEEP_PIPELINE,
          globalSetup: ["test/pipeline/global-setup.ts"],
        },
      },
      { test: { name: "deep-parts", ...SHARED, ...PATIENCE, include: DEEP_PARTS } },
    ],
  },
});
