import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { openWorkspace } from "../../lib/twin/terraform/plugin/run-terraform.ts";
import { type EchoProviders, serveEchoProviders } from "./echo-providers.ts";

const TERRAFORM = fileURLToPath(new URL("../../terraform/", import.meta.url));

/** Layers that have tests of their own in HCL, by directory. */
const TESTED = [
  ...new Set(
    readdirSync(TERRAFORM, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".tftest.hcl"))
      .map((path) => dirname(dirname(path))),
  ),
].sort();

/** Terraform mocks the providers itself and asks these for their schemas only. */
let providers: EchoProviders;

beforeAll(async () => {
  providers = await serveEchoProviders({});
});
afterAll(() => {
  providers.close();
});

describe.concurrent("terraform test", () => {
  it.each(TESTED)("passes in %s", async (directory) => {
    const workspace = openWorkspace(join(TERRAFORM, directory), providers.reattach);
    try {
      const initialised = await workspace.run(["init", "-backend=false", "-no-color"]);
      expect(initialised.stderr).toBe("");
      const { exitCode, stdout, stderr } = await workspace.run(["test", "-no-color"]);
      expect(exitCode, stdout + stderr).toBe(0);
      expect(stdout).toMatch(/Success! \d+ passed, 0 failed/);
    } finally {
      workspace.remove();
    }
  });
});

describe("tests in HCL", () => {
  it("are there for every layer", () => {
    expect(TESTED).toEqual(LAYERS.map(({ directory }) => directory).sort());
  });
});
