import { createHash, createHmac } from "node:crypto";
import { request as httpsRequest } from "node:https";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AccessEntryRecord,
  type ClusterRecord,
  COLLECTIONS,
} from "../../../../lib/twin/world/records.ts";
import { type FrontFixture, frontFixture } from "./front-fixture.ts";

const ROLE = "arn:aws:iam::111122223333:role/prod-validate-eks";

class Sha256 {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash = secret ? createHmac("sha256", secret as Buffer) : createHash("sha256");
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }
}

interface TokenParts {
  cluster?: string;
  query?: Record<string, string>;
  expiresIn?: number;
  secretAccessKey?: string;
}

describe("the TLS front of the clusters", () => {
  let fixture: FrontFixture;

  beforeAll(async () => {
    fixture = await frontFixture("prod", "staging");
    fixture.world.collection<AccessEntryRecord>(COLLECTIONS.accessEntries).set(`prod/${ROLE}`, {
      clusterName: "prod",
      principalArn: ROLE,
      username: "{{SessionName}}",
      kubernetesGroups: ["strata:validators"],
      policies: [],
    });
  });
  afterAll(() => fixture.front.close());

  const record = (name: string): ClusterRecord => {
    const found = fixture.world.collection<ClusterRecord>(COLLECTIONS.clusters).get(name);
    if (!found) throw new Error(name);
    return found;
  };

  /** A token as an EKS client makes it. */
  async function token({
    cluster = "prod",
    query = {},
    expiresIn = 60,
    secretAccessKey,
  }: TokenParts = {}): Promise<string> {
    const credentials = fixture.aws.credentials(ROLE, "validate");
    const signer = new SignatureV4({
      credentials: { ...credentials, ...(secretAccessKey ? { secretAccessKey } : {}) },
      region: "eu-west-1",
      service: "sts",
      sha256: Sha256 as never,
    });
    const host = "sts.eu-west-1.amazonaws.com";
    const signed = await signer.presign(
      {
        method: "GET",
        protocol: "https:",
        hostname: host,
        path: "/",
        query: { Action: "GetCallerIdentity", Version: "2011-06-15", ...query },
        headers: { host, "x-k8s-aws-id": cluster },
      },
      {
        expiresIn,
        signingDate: new Date(fixture.clock.now()),
        unhoistableHeaders: new Set(["x-k8s-aws-id"]),
      },
    );
    const search = new URLSearchParams(signed.query as Record<string, string>);
    return `k8s-aws-v1.${Buffer.from(`https://${host}/?${search}`).toString("base64url")}`;
  }

  function get(
    path: string,
    bearer: string,
    options: { to?: string; trusting?: string } = {},
  ): Promise<{ status: number; body: { [key: string]: unknown } }> {
    const { to = "prod", trusting = to } = options;
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        {
          host: "127.0.0.1",
          port: fixture.front.port,
          servername: record(to).endpoint.replace("https://", "").toLowerCase(),
          ca: Buffer.from(record(trusting).certificateAuthority, "base64"),
          path,
          agent: false,
          headers: { authorization: `Bearer ${bearer}` },
        },
        (response) => {
          let text = "";
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
        },
      );
      request.on("error", reject);
      request.end();
    });
  }

  it("knows a role by its presigned call and judges it by RBAC", async () => {
    const { status, body } = await get("/api/v1/nodes", await token());
    expect(status).toBe(403);
    expect(body.message).toBe(
      'nodes is forbidden: User "validate" cannot list resource "nodes" in API group "" at the cluster scope',
    );
    expect((await get("/version", await token())).status).toBe(200);
  });

  it.each<[string, TokenParts]>([
    ["for another cluster", { cluster: "staging" }],
    ["signed with another secret", { secretAccessKey: "guessed" }],
    ["with a query key too many", { query: { Extra: "1" } }],
    ["that asks for another action", { query: { Action: "GetSessionToken" } }],
    ["with a longer life than is allowed", { expiresIn: 901 }],
  ])("rejects a token %s", async (_, parts) => {
    const { status, body } = await get("/version", await token(parts));
    expect([status, body.reason]).toEqual([401, "Unauthorized"]);
  });

  it("rejects no token, nonsense, and a role without an access entry", async () => {
    expect((await get("/version", "")).status).toBe(401);
    expect((await get("/version", "k8s-aws-v1.AAAA")).status).toBe(401);
    expect((await get("/version", await token({ cluster: "staging" }), { to: "staging" })).status).toBe(401);
  });

  it("takes a token for fifteen minutes of virtual time", async () => {
    const early = await token();
    await fixture.clock.runTo(fixture.clock.now() + 14 * 60_000);
    expect((await get("/version", early)).status).toBe(200);
    await fixture.clock.runTo(fixture.clock.now() + 60_000);
    expect((await get("/version", early)).status).toBe(401);
  });

  it("shows each cluster's own certificate", async () => {
    await expect(get("/version", await token(), { trusting: "staging" })).rejects.toThrow(
      /signature|certificate/,
    );
  });

  it("hangs up while a cluster is not ACTIVE", async () => {
    const clusters = fixture.world.collection<ClusterRecord>(COLLECTIONS.clusters);
    clusters.update("staging", (cluster) => ({ ...cluster, status: "DELETING" }));
    await expect(get("/version", "x", { to: "staging" })).rejects.toThrow();
  });
});
