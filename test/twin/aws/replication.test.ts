import { describe, expect, it } from "vitest";
import { addVersion, bucketRecord, current } from "../../../lib/twin/aws/services/s3/store.ts";
import { COLLECTIONS, type RoleRecord } from "../../../lib/twin/world/records.ts";
import { type Fixture, makeAws, makeBucket, makeRole } from "./fixture.ts";

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/copies";
const RULE = {
  status: "Enabled",
  destination: [{ bucket: "arn:aws:s3:::copies", encryption_configuration: [{ replica_kms_key_id: KEY }] }],
};
const content = { etag: "", contentType: "", metadata: {}, kmsKeyArn: "arn:aws:kms:own" };
const put = ({ world }: Fixture, key: string, more: object = {}): void => {
  addVersion(world, bucketRecord(world, "backups"), key, { body: key, ...content, ...more });
};

describe("replication of a bucket", () => {
  it("copies what is written after the rule, with the copy's own key, and deletions too", async () => {
    const twin = makeAws();
    const { world, clock } = twin;
    makeBucket(world, "copies");
    makeBucket(world, "backups");
    put(twin, "earlier");
    makeBucket(world, "backups", { configuration: { replication: [RULE] } });
    put(twin, "later");
    expect(current(world, "copies", "later")).toBeUndefined();
    await clock.runTo(clock.now() + 60_000);
    expect(current(world, "copies", "later")).toMatchObject({ body: "later", kmsKeyArn: KEY });
    expect(current(world, "copies", "earlier")).toBeUndefined();
    put(twin, "later", { body: "", deleteMarker: true });
    await clock.runTo(clock.now() + 60_000);
    expect(current(world, "copies", "later")).toBeUndefined();
  });

  it("copies nothing by a rule that is disabled", async () => {
    const twin = makeAws();
    makeBucket(twin.world, "copies");
    makeBucket(twin.world, "backups", {
      configuration: { replication: [{ ...RULE, status: "Disabled" }] },
    });
    put(twin, "later");
    await twin.clock.runTo(twin.clock.now() + 60_000);
    expect(current(twin.world, "copies", "later")).toBeUndefined();
  });
});

it("takes the caller to the region in which the stack of his role stands", async () => {
  const { world, aws } = makeAws();
  const allowed = (region: string) => [
    {
      Effect: "Allow",
      Action: "lambda:InvokeFunction",
      Resource: `arn:aws:lambda:${region}:111122223333:function:look`,
    },
  ];
  const invoke = async (roleArn: string): Promise<string> => {
    const principal = { roleArn, sessionName: "test" };
    return aws.call(principal, "lambda", "Invoke", { FunctionName: "look" }).then(
      () => "",
      (error: Error) => error.message,
    );
  };
  const roleArn = makeRole(world, "away", allowed("eu-west-1"));
  expect(await invoke(roleArn)).toContain("not authorized");
  world
    .collection<RoleRecord>(COLLECTIONS.roles)
    .update("away", (role) => ({ ...role, region: "eu-west-1" }));
  expect(await invoke(roleArn)).toContain("Function not found");
});
