import { defineConfig } from "vitest/config";

/** Two kinds of tests: those that need nothing, and those that run the synthesized machine on a prepared ground. */
export default defineConfig({
  test: {
    // Tests wait for terraform much of the time, so three files at once keep two cores busy.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: "parts",
          include: ["test/**/*.test.ts"],
          exclude: ["test/pipeline/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "pipeline",
          include: ["test/pipeline/**/*.test.ts"],
          globalSetup: ["test/pipeline/global-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
