import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VirtualClock } from "../../../../../lib/twin/clock.ts";
import { awsProvider } from "../../../../../lib/twin/terraform/providers/aws/provider.ts";
import { openWorkshop, type Workshop } from "../../workshop.ts";
import { PROVIDER, role } from "./layers.ts";

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop([awsProvider]);
});
afterEach(() => workshop.close());

const words = (text: string): string => text.replace(/[\s│╷╵]+/g, " ");

interface Choices {
  readonly days?: number;
  readonly cold?: number;
  readonly tag?: string;
  readonly target?: string;
  readonly copyTo?: string;
  readonly lock?: string;
}

const layer = (choices: Choices = {}): string => `${PROVIDER}${role("backup", "backup")}
resource "aws_backup_vault" "here" {
  name = "dev"
}
resource "aws_backup_vault" "there" {
  region = "us-west-2"
  name   = "dev-replica"
}
${choices.lock ?? ""}
resource "aws_backup_plan" "this" {
  name = "dev"
  rule {
    rule_name         = "daily"
    target_vault_name = ${choices.target ?? "aws_backup_vault.here.name"}
    schedule          = "cron(0 1 * * ? *)"
    lifecycle {
      ${choices.cold === undefined ? "" : `cold_storage_after = ${choices.cold}`}
      delete_after = ${choices.days ?? 35}
    }
    copy_action {
      destination_vault_arn = ${choices.copyTo ?? "aws_backup_vault.there.arn"}
    }
  }
}
resource "aws_backup_selection" "this" {
  name         = "tagged"
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.backup.arn
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "backup"
    value = "${choices.tag ?? "dev"}"
  }
}
`;

describe("a plan of AWS Backup", () => {
  it("copies to a vault of another region, settles, and follows a change", async () => {
    workshop.write(layer());
    expect((await workshop.apply()).stderr).toBe("");
    expect(workshop.attributes("aws_backup_vault.there").arn).toBe(
      "arn:aws:backup:us-west-2:111122223333:backup-vault:dev-replica",
    );
    expect(workshop.attributes("aws_backup_plan.this").rule).toMatchObject([
      { start_window: 60, completion_window: 180, schedule_expression_timezone: "Etc/UTC" },
    ]);
    const { version } = workshop.attributes("aws_backup_plan.this");
    expect((await workshop.plan()).stdout).toContain("No changes.");
    workshop.write(layer({ days: 60, tag: "other" }));
    const { stdout } = await workshop.apply();
    expect(stdout).toContain("1 added, 1 changed, 1 destroyed");
    expect(workshop.attributes("aws_backup_plan.this").version).not.toBe(version);
  });

  it.each<[string, Choices, string]>([
    ["a vault that is not there", { target: '"nowhere"' }, "Backup vault not found: nowhere"],
    ["a vault of another region", { target: "aws_backup_vault.there.name" }, "not found: dev-replica"],
    [
      "a copy to a vault that is not there",
      { copyTo: '"arn:aws:backup:us-west-2:111122223333:backup-vault:none"' },
      "Destination backup vault not found",
    ],
    [
      "an end before 90 days in the archive",
      { cold: 30, days: 60 },
      "DeleteAfterDays cannot be less than 90",
    ],
  ])("is refused with %s", async (_, choices, complaint) => {
    workshop.write(layer(choices));
    expect(words((await workshop.apply()).stderr)).toContain(complaint);
  });
});

describe("a lock of a vault", () => {
  const lock = (grace: string): string => `
resource "aws_backup_vault_lock_configuration" "this" {
  backup_vault_name  = aws_backup_vault.here.name
  min_retention_days = 7
  max_retention_days = 90
  ${grace}
}
`;

  it("can be taken off while its days of grace last, and not after", async () => {
    workshop.write(layer({ lock: lock("changeable_for_days = 3") }));
    expect((await workshop.apply()).stderr).toBe("");
    expect((await workshop.plan()).stdout).toContain("No changes.");
    const clock = workshop.world.clock as VirtualClock;
    await clock.runTo(clock.now() + 3 * 24 * 60 * 60_000);
    workshop.write(layer());
    expect(words((await workshop.apply()).stderr)).toContain("locked and its lock cannot be changed");
  });

  it("without them is replaced when its days change", async () => {
    workshop.write(layer({ lock: lock("") }));
    await workshop.apply();
    workshop.write(layer({ lock: lock("").replace("= 90", "= 60") }));
    expect((await workshop.apply()).stdout).toContain("1 added, 0 changed, 1 destroyed");
  });
});
