import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfiguration } from "../../lib/configuration/read-configuration.ts";
import { PROJECT_ROOT } from "../../lib/constructs/project-root.ts";
import { ConfigurationError } from "../../lib/run/errors.ts";
import { example, FACTS } from "./example.ts";

const read = (changes: Record<string, unknown>): unknown => readConfiguration(example(changes), FACTS);

/** The lines of the error, without its head. */
function problems(changes: Record<string, unknown>): string[] {
  try {
    read(changes);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message.split("\n").slice(1);
  }
  return [];
}

describe("readConfiguration", () => {
  it("accepts the example of cdk.json and fills in what may be left out", () => {
    const configuration = readConfiguration(example(), FACTS);
    expect(configuration.controlPlaneCidr).toBe("10.255.0.0/24");
    expect(configuration.terraform.version).toBe("1.11.4");
  });

  it("accepts variables that the layer declares", () => {
    expect(problems({ layers: { foundation: { vpc_cidr: "10.1.0.0/16" } } })).toEqual([]);
  });

  it.each([
    [
      "an unknown key, with the nearest right one",
      { regoin: "eu-west-1" },
      /strata\.regoin: unknown key "regoin"; did you mean "region"\?.*was "eu-west-1"/,
    ],
    [
      "a nested unknown key",
      { zone: { create: true, creat: 1 } },
      /strata\.zone\.creat: unknown key "creat"; did you mean "create"\?/,
    ],
    ["a missing value", { domain: undefined }, /strata\.domain: it is missing; expected string/],
    [
      "a word that is not allowed, with those that are",
      { endpointMode: "privat" },
      /strata\.endpointMode: got "privat"; allowed: "private", "public-restricted"; did you mean "private"\?/,
    ],
    [
      "an endpoint open to the internet",
      { endpointMode: "public-restricted", publicAccessCidrs: ["0.0.0.0/0"] },
      /strata\.publicAccessCidrs\[0\]: got "0\.0\.0\.0\/0"; this opens the cluster's API to the whole internet/,
    ],
    [
      "the same in IPv6",
      { endpointMode: "public-restricted", publicAccessCidrs: ["::/0"] },
      /strata\.publicAccessCidrs\[0\]: got "::\/0"; this opens/,
    ],
    [
      "half of the internet",
      { endpointMode: "public-restricted", publicAccessCidrs: ["0.0.0.0/1"] },
      /no wider than \/8/,
    ],
    [
      "addresses of a private endpoint",
      { publicAccessCidrs: ["203.0.113.0/24"] },
      /a private endpoint has no public address/,
    ],
    [
      "a root user as operator",
      { operators: ["arn:aws:iam::111122223333:root"] },
      /strata\.operators\[0\]: got .*not root/,
    ],
    [
      "a checksum that is none",
      {
        terraform: {
          version: "1.11.4",
          sha256: { linux_amd64: "abc", linux_arm64: "", darwin_amd64: "", darwin_arm64: "" },
        },
      },
      /strata\.terraform\.sha256\.linux_amd64: got "abc"; a lower-case sha256/,
    ],
    [
      "a terraform without S3 locking",
      { terraform: { ...(example().terraform as object), version: "1.10.5" } },
      /strata\.terraform\.version: got "1\.10\.5"/,
    ],
    [
      "an unknown layer",
      { layers: { foundaton: {} } },
      /strata\.layers\.foundaton: unknown layer "foundaton"; did you mean "foundation"\?/,
    ],
    [
      "a variable that the layer doesn't declare",
      { layers: { foundation: { vpc_cdir: "" } } },
      /strata\.layers\.foundation\.vpc_cdir: unknown variable "vpc_cdir"; did you mean "vpc_cidr"\?/,
    ],
    ["a tag that the platform sets", { tags: { "strata:layer": "x" } }, /strata\.tags/],
    [
      "an environment name that is too long",
      { environment: "a".repeat(21) },
      /strata\.environment: got .*3 to 20 characters/,
    ],
  ] as const)("rejects %s", (_, changes, expected) => {
    expect(problems(changes).join("\n")).toMatch(expected);
  });

  it("names all problems at once", () => {
    expect(problems({ regoin: 1, domain: "X", endpointMode: "open" })).toHaveLength(3);
  });
});

describe("bin/app.ts", () => {
  it("ends with exit code 2 and no stack trace when the configuration is wrong", () => {
    const { status, stderr } = spawnSync(process.execPath, ["bin/app.ts"], {
      cwd: PROJECT_ROOT,
      encoding: "utf8",
      env: {
        ...process.env,
        CDK_OUTDIR: mkdtempSync(join(tmpdir(), "strata-test-")),
        CDK_CONTEXT_JSON: JSON.stringify({ strata: example({ regoin: "x" }) }),
      },
    });
    expect(status).toBe(2);
    expect(stderr).toContain('did you mean "region"?');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
