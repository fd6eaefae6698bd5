import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FunctionRecord } from "../../lib/twin/aws/backends.ts";
import { LambdaRunner } from "../../lib/twin/lambda/runner.ts";
import { delegate } from "../../lib/twin/network/delegation.ts";
import { COLLECTIONS } from "../../lib/twin/world/records.ts";
import { NAME_SERVERS, type NetworkFixture, networkFixture, ZONE } from "../twin/network/network-fixture.ts";

const REGISTRY = "192.5.6.30";
const QUERY = new URL("../../lib/clients/dns-query.ts", import.meta.url).href;

describe("a question to one name server", () => {
  let fixture: NetworkFixture;
  let runner: LambdaRunner;
  let codeDirectory: string;
  beforeEach(async () => {
    fixture = await networkFixture();
    codeDirectory = mkdtempSync(join(tmpdir(), "strata-dns-"));
    const code = `import { queryServer } from ${JSON.stringify(QUERY)};
      export const handler = async ({ server, question, recursion }) => queryServer(server, question, recursion);`;
    writeFileSync(join(codeDirectory, "index.mjs"), code);
    fixture.world.collection<FunctionRecord>(COLLECTIONS.functions).set("fn", {
      name: "fn",
      arn: "arn:aws:lambda:us-east-1:111122223333:function:fn:1",
      roleArn: "arn:aws:iam::111122223333:role/fn",
      version: "1",
      codeDirectory,
      handler: "index.handler",
      timeoutSeconds: 20,
      memoryMegabytes: 128,
      environment: {},
    });
    const credentials = () => ({ accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" });
    runner = new LambdaRunner({
      world: fixture.world,
      aws: { region: "us-east-1", credentials },
      network: () => fixture.network.snapshot(),
    });
  });
  afterEach(async () => {
    await runner.close();
    await fixture.network.close();
    rmSync(codeDirectory, { recursive: true, force: true });
  });

  /** Asked from inside the world, where port 53 of a name server is. */
  async function ask(server: string, name: string, type: string, recursion = false): Promise<unknown> {
    let answer: unknown;
    void runner.invoke("fn", { server, question: { name, type }, recursion }).then(({ payload }) => {
      answer = payload;
    });
    await fixture.clock.runUntil(() => answer !== undefined);
    return answer;
  }

  it("shows the referral of the zone above, which a resolver would follow", async () => {
    expect(await ask(REGISTRY, ZONE, "NS")).toMatchObject({ answered: true, rcode: "NXDOMAIN" });
    delegate(fixture.world, ZONE, NAME_SERVERS);
    const reply = await ask(REGISTRY, ZONE, "NS");
    expect(reply).toMatchObject({ answered: true, rcode: "NOERROR", authoritative: false, answers: [] });
    const { authorities } = reply as { authorities: { data: string }[] };
    expect(authorities.map(({ data }) => data)).toEqual([...NAME_SERVERS].sort());
  });

  it("says whether the server speaks for the zone itself, and for how long its answer may be kept", async () => {
    fixture.record({ name: `app.${ZONE}`, type: "A", ttl: 60, values: ["192.0.2.7"] });
    delegate(fixture.world, ZONE, NAME_SERVERS);
    const own = fixture.network.snapshot().hosts[NAME_SERVERS[0] ?? ""]?.[0] ?? "";
    const answers = [{ name: `app.${ZONE}`, type: "A", ttlSeconds: 60, data: "192.0.2.7" }];
    expect(await ask(own, `app.${ZONE}`, "A")).toMatchObject({ authoritative: true, answers });
    expect(await ask("1.1.1.1", `app.${ZONE}`, "A", true)).toMatchObject({ authoritative: false, answers });
  });

  it("comes again by TCP for what does not fit into a datagram", async () => {
    const values = Array.from({ length: 40 }, (_, index) => `192.0.2.${index}`);
    fixture.record({ name: `app.${ZONE}`, type: "A", values });
    delegate(fixture.world, ZONE, NAME_SERVERS);
    const reply = (await ask("8.8.8.8", `app.${ZONE}`, "A", true)) as { answers: unknown[] };
    expect(reply.answers).toHaveLength(40);
  });

  it("gives up where there is no name server", async () => {
    expect(await ask("203.0.113.99", ZONE, "NS")).toEqual({ answered: false, problem: "ENETUNREACH" });
  });
});
