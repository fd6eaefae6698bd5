import { defineConfig } from "vitest/config";

/** Modules of the twin are loaded once for all files of a worker: nothing in them is kept or mocked. */
const SHARED = { isolate: false };

/** Three kinds of tests: the parts', the twin's, and those that run the synthesized machine on prepared ground. */
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
          name: "twin",
          ...SHARED,
          include: ["test/twin/**/*.test.ts", "test/terraform/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "parts",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{pipeline,twin,terraform}/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
