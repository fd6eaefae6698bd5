import { describe, expect, it } from "vitest";
import { runRecord } from "../../lib/cli/run-record.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import { COLLECTIONS, type RoleRecord } from "../../lib/twin/world/records.ts";
import type { Json } from "../../lib/twin/world/world.ts";
import type { GroundLayer } from "./ground.ts";
import { closingMails, failedSteps, leaseIsHeld } from "./run-facts.ts";
import { withTwin } from "./run-twin.ts";

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | string[];
}

/** Takes one action out of everything that a role is allowed; says how often it stood there. */
function takeAway(twin: Twin, role: string, action: string): number {
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
  twin.world.collection<RoleRecord>(COLLECTIONS.roles).update(role, (record) => ({
    ...record,
    policies: Object.fromEntries(
      Object.entries(record.policies).map(([name, document]) => [name, without(document)]),
    ),
  }));
  return found;
}

interface Case {
  /** Without `strata-prod-`. */
  readonly role: string;
  readonly action: string;
  /** Resource, as the refusal names it. */
  readonly resource: RegExp;
  readonly step: string;
  /** The world that the run starts from; absent: an empty one. */
  readonly from?: GroundLayer;
}

const CASES: readonly Case[] = [
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
    resource: /runs\/deploy-0001\/foundation\/manifest\.json/,
    step: "Review foundation",
  },
  {
    role: "validate-eks",
    action: "eks:DescribeCluster",
    resource: /:cluster\/prod/,
    step: "Prove foundation: eks",
    from: "foundation",
  },
  {
    role: "plan-foundation",
    action: "ec2:DescribeVpcs",
    resource: /:vpc\/vpc-/,
    step: "Plan foundation",
    from: "foundation",
  },
  {
    role: "plan-foundation",
    action: "s3:PutObject",
    resource: /foundation\/terraform\.tfstate\.tflock/,
    step: "Plan foundation",
  },
  { role: "apply-foundation", action: "ec2:CreateVpc", resource: /:vpc\//, step: "Apply foundation" },
];

describe("a role that lacks a permission", () => {
  it.each(CASES)(
    "$role without $action fails the run with action, resource and role",
    async ({ role, action, resource, step, from }) => {
      await withTwin(from, async (twin) => {
        expect(takeAway(twin, `strata-prod-${role}`, action), "statements that allowed it").toBeGreaterThan(
          0,
        );
        const run = twin.start("deploy", {
          operation: "deploy",
          layers: ["foundation"],
          reason: "permissions",
        });
        await twin.finish(run);
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
      });
    },
  );
});
