import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AwsServer } from "../../../lib/twin/aws/contract.ts";
import { serve } from "../../../lib/twin/aws/serve.ts";
import { COLLECTIONS, type ObjectVersion } from "../../../lib/twin/world/records.ts";
import { type Fixture, makeAws, makeBucket, makeRole, REGION } from "./fixture.ts";

const run = promisify(execFile);
const hasTerraform = await run("terraform", ["version"]).then(
  () => true,
  () => false,
);

const BUCKET = "dev-state";
const KEY_ID = "6da06d03-4310-4b26-90f5-8bf7f6c785ea";
const KEY_ARN = `arn:aws:kms:${REGION}:111122223333:key/${KEY_ID}`;
/** What an apply role of the control plane has for its own state, and no more. */
const STATE_POLICY = [
  { Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${BUCKET}` },
  {
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
    Resource: `arn:aws:s3:::${BUCKET}/app/*`,
  },
  { Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: KEY_ARN },
];

let twin: Fixture;
let server: AwsServer;
let directory: string;
beforeEach(async () => {
  twin = makeAws();
  makeBucket(twin.world, BUCKET);
  twin.world.collection(COLLECTIONS.kmsKeys).set(KEY_ID, { id: KEY_ID, arn: KEY_ARN, enabled: true });
  server = await serve(twin.aws);
  directory = mkdtempSync(join(tmpdir(), "terraform-"));
});
afterEach(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

/** Neither the bucket's addressing style nor the endpoint is in the configuration: builds have only this. */
function terraform(module: string, roleArn: string, ...parameters: string[]) {
  const { accessKeyId, secretAccessKey, sessionToken } = twin.aws.credentials(roleArn, "build");
  writeFileSync(join(directory, "empty.tfrc"), "");
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    TF_CLI_CONFIG_FILE: join(directory, "empty.tfrc"),
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    // Not AWS_ENDPOINT_URL_S3: with that one terraform puts the bucket before the address, which has no such name.
    AWS_ENDPOINT_URL: server.url,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  return run("terraform", [`-chdir=${join(directory, module)}`, ...parameters, "-no-color"], { env });
}

function writeModule(name: string, hcl: string): void {
  mkdirSync(join(directory, name));
  writeFileSync(join(directory, name, "main.tf"), hcl);
}

const init = (module: string, roleArn: string, key: string) =>
  terraform(
    module,
    roleArn,
    "init",
    `-backend-config=bucket=${BUCKET}`,
    `-backend-config=key=${key}`,
    `-backend-config=region=${REGION}`,
    "-backend-config=encrypt=true",
    `-backend-config=kms_key_id=${KEY_ARN}`,
  );

const WRITER = `
terraform {
  backend "s3" {
    use_lockfile = true
  }
}
variable "value" { default = "one" }
resource "terraform_data" "this" { input = var.value }
output "value" { value = terraform_data.this.output }
`;

const versions = (key: string) =>
  twin.world.collection<ObjectVersion[]>(COLLECTIONS.objects).get(`${BUCKET}/${key}`) ?? [];

describe.runIf(hasTerraform)("terraform's S3 backend", () => {
  it("keeps state and lock, and refuses a second apply while the lock is held", async () => {
    const role = makeRole(twin.world, "apply", STATE_POLICY);
    writeModule("app", WRITER);
    await init("app", role, "app/terraform.tfstate");
    await terraform("app", role, "apply", "-auto-approve");
    const [state] = versions("app/terraform.tfstate");
    expect(state?.kmsKeyArn).toBe(KEY_ARN);
    const { outputs } = JSON.parse(Buffer.from(state!.body, "base64").toString());
    expect(outputs.value.value).toBe("one");
    // Taken and released: a version behind a delete marker.
    expect(versions("app/terraform.tfstate.tflock").at(-1)?.deleteMarker).toBe(true);

    const lock = {
      ID: "held",
      Operation: "OperationTypeApply",
      Who: "other",
      Version: "1.11.4",
      Created: "2026-11-24T08:00:00Z",
    };
    const Body = Buffer.from(JSON.stringify(lock)).toString("base64");
    const place = { Bucket: BUCKET, Key: "app/terraform.tfstate.tflock" };
    const root = { roleArn: "arn:aws:iam::111122223333:root", sessionName: "other" };
    await twin.aws.call(root, "s3", "PutObject", { ...place, Body, IfNoneMatch: "*" });
    await expect(terraform("app", role, "apply", "-auto-approve", "-var=value=two")).rejects.toMatchObject({
      stderr: expect.stringMatching(
        /Error acquiring the state lock[\s\S]*PreconditionFailed[\s\S]*ID:\s+held/,
      ),
    });
    await twin.aws.call(root, "s3", "DeleteObject", place);
    await terraform("app", role, "apply", "-auto-approve", "-var=value=two");
    expect(versions("app/terraform.tfstate")).toHaveLength(2);
  });

  it("is read by another layer with bucket, key and region only", async () => {
    const role = makeRole(twin.world, "apply", STATE_POLICY);
    writeModule("app", WRITER);
    await init("app", role, "app/terraform.tfstate");
    await terraform("app", role, "apply", "-auto-approve");
    writeModule(
      "reader",
      `data "terraform_remote_state" "app" {
  backend = "s3"
  config  = { bucket = "${BUCKET}", key = "app/terraform.tfstate", region = "${REGION}" }
}
output "read" { value = data.terraform_remote_state.app.outputs.value }
`,
    );
    await terraform("reader", role, "init");
    await terraform("reader", role, "apply", "-auto-approve");
    expect((await terraform("reader", role, "output", "-raw", "read")).stdout).toBe("one");
  });

  it("fails with AWS's words for a role that may not write the lock", async () => {
    const reader = makeRole(twin.world, "reader", [
      ...STATE_POLICY.slice(0, 1),
      { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${BUCKET}/*` },
    ]);
    writeModule("app", WRITER);
    await init("app", reader, "app/terraform.tfstate");
    await expect(terraform("app", reader, "apply", "-auto-approve")).rejects.toMatchObject({
      stderr: expect.stringMatching(/is not authorized\s+to perform: s3:PutObject/),
    });
  });
});
