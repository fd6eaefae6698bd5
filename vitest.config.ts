import { defineConfig } from "vitest/config";

/**
 * Modules are loaded once for all files of a worker: the tests keep nothing in them. Most of what they start is
 * over before optimized code would pay: without it, a run of the pipeline takes a tenth less of the processors.
 */
const SHARED = { isolate: false, execArgv: ["--no-opt", "--single-threaded-gc"] };

/** Three kinds of tests: those that need nothing, those of SDK clients, and those that run the synthesized machine. */
export default defineConfig({
  test: {
    // Tests wait for terraform much of the time, so three files at once keep two cores busy.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: "pipeline",
          ...SHARED,
          include: ["test/pipeline/**/*.test.ts"],
          globalSetup: ["test/pipeline/global-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "parts",
          ...SHARED,
          include: ["test/**/*.test.ts"],
          exclude: ["test/{pipeline,clients,lambdas}/**"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          // A mocked client stays mocked for every file that shares its module.
          name: "clients",
          include: ["test/{clients,lambdas}/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
