import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runRecord } from "../../lib/cli/run-record.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import { COLLECTIONS, type RoleRecord } from "../../lib/twin/world/records.ts";
import type { Json } from "../../lib/twin/world/world.ts";
import { closingMails, failedSteps, leaseIsHeld } from "./run-facts.ts";
import { openTwin } from "./run-twin.ts";

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | string[];
}

interface TakenAway {
  /** How often it stood there. */
  readonly found: number;
  giveBack(): void;
}

/** Takes one action out of everything that a role is allowed. */
function takeAway(twin: Twin, role: string, action: string): TakenAway {
  let found = 0;
  const without = (document: Json): Json => {
    const policy = document as unknown as { readonly Statement: readonly Statement[] };
    const statements = policy.Statement.flatMap((statement): Statement[] => {
      const actions = [statement.Action ?? []].flat();
      if (statement.Effect !== "Allow" || !actions.includes(action)) return [statement];
      found += 1;
      const left = actions.filter((other) => other !== action);
      return left.length === 0 ? [] : [{ ...statement, Action: left }];
    });
    return { ...policy, Statement: statements } as unknown as Json;
  };
  const roles = twin.world.collection<RoleRecord>(COLLECTIONS.roles);
  const policies: RoleRecord["policies"] = roles.get(role)?.policies ?? {};
  const put = (changed: RoleRecord["policies"]) =>
    roles.update(role, (record) => ({ ...record, policies: changed }));
  put(Object.fromEntries(Object.entries(policies).map(([name, document]) => [name, without(document)])));
  return { found, giveBack: () => put(policies) };
}

interface Case {
  /** Without `strata-prod-`. */
  readonly role: string;
  readonly action: string;
  /** Resource, as the refusal names it. */
  readonly resource: RegExp;
  readonly step: string;
}

/** In an empty world, where each stands in nobody's way: the last one alone gets as far as an apply. */
const BEFORE_ANYTHING: readonly Case[] = [
  {
    role: "pipeline",
    action: "lambda:InvokeFunction",
    resource: /function:prod-prepare-run:\d+/,
    step: "Prepare run",
  },
  {
    role: "pipeline",
    action: "codebuild:StartBuild",
    resource: /project\/prod-plan-foundation/,
    step: "Plan foundation",
  },
  { role: "prepare-run", action: "dynamodb:PutItem", resource: /:table\/prod-/, step: "Prepare run" },
  {
    role: "review-plan",
    action: "s3:GetObjectVersion",
    resource: /runs\/deploy-\d{4}\/foundation\/manifest\.json/,
    step: "Review foundation",
  },
  {
    role: "plan-foundation",
    action: "s3:PutObject",
    resource: /foundation\/terraform\.tfstate\.tflock/,
    step: "Plan foundation",
  },
  { role: "apply-foundation", action: "ec2:CreateVpc", resource: /:vpc\//, step: "Apply foundation" },
];

const ON_FOUNDATION: readonly Case[] = [
  {
    role: "validate-eks",
    action: "eks:DescribeCluster",
    resource: /:cluster\/prod/,
    step: "Prove foundation: eks",
  },
  {
    role: "plan-foundation",
    action: "ec2:DescribeVpcs",
    resource: /:vpc\/vpc-/,
    step: "Plan foundation",
  },
];

describe.each([
  ["in an empty world", undefined, BEFORE_ANYTHING],
  ["where foundation is deployed", "foundation", ON_FOUNDATION],
] as const)("%s, a role that lacks a permission", (_, from, cases) => {
  let twin: Twin;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ twin, close } = await openTwin(from));
  });
  afterAll(() => close());

  it.each(cases)(
    "$role without $action fails the run with action, resource and role",
    async ({ role, action, resource, step }) => {
      const taken = takeAway(twin, `strata-prod-${role}`, action);
      expect(taken.found, "statements that allowed it").toBeGreaterThan(0);
      const run = twin.start("deploy", {
        operation: "deploy",
        layers: ["foundation"],
        reason: "permissions",
      });
      await twin.finish(run);
      taken.giveBack();
      const record = runRecord(twin, run, 0);
      const cause = record.error?.cause ?? "";
      expect(record.status).toBe("FAILED");
      expect(
        failedSteps(record).map((entry) => entry.step),
        cause,
      ).toContain(step);
      expect(cause).toContain(`is not authorized to perform: ${action} on resource: `);
      expect(cause.split("on resource: ")[1]).toMatch(resource);
      expect(cause).toContain(`assumed-role/strata-prod-${role}/`);
      expect(leaseIsHeld(twin)).toBe(false);
      const mails = closingMails(twin, run);
      expect(mails.map(({ event }) => event)).toEqual(["run-failed"]);
      expect(mails[0]?.text).toContain(`is not authorized to perform: ${action}`);
    },
  );
});
