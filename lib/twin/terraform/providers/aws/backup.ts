import { AwsError } from "../../../aws/contract.ts";
import type { World } from "../../../world/world.ts";
import type { Attributes, ProviderContext } from "../../contract.ts";
import { arnIn, block, blocks, count, isGiven, text } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";
import { findResource, resourcesOf } from "./resource-store.ts";

const BACKUP = { service: "Backup" } as const;
/** In milliseconds. */
const DAY = 24 * 60 * 60_000;

const missing = (what: string): AwsError => new AwsError("ResourceNotFoundException", what);
const invalid = (what: string): AwsError => new AwsError("InvalidParameterValueException", what);

export const backupVault: AwsTypeSpec = {
  ...BACKUP,
  type: "aws_backup_vault",
  title: "Backup Vault",
  calls: {
    create: "CreateBackupVault",
    read: "DescribeBackupVault",
    update: "TagResource",
    delete: "DeleteBackupVault",
  },
  forcesReplacement: ["name", "kms_key_arn"],
  unread: ["force_destroy"],
  identify: (planned) => text(planned, "name"),
  arn: (values, context) => arnIn(context, "backup", `backup-vault:${text(values, "name")}`),
  computed: (values, { context }) => ({
    // Without a key of one's own AWS's is used: Backup developer guide, encryption.
    kms_key_arn: text(values, "kms_key_arn") || arnIn(context, "kms", "alias/aws/backup"),
    recovery_points: 0,
  }),
  refuseCreate: (values, { world }) => {
    const name = text(values, "name");
    if (findResource(world, "aws_backup_vault", name))
      throw new AwsError("AlreadyExistsException", `Backup vault with the same name already exists: ${name}`);
  },
  refuseDelete: (values) => {
    if (count(values, "recovery_points") > 0)
      throw new AwsError(
        "InvalidRequestException",
        "Backup vault cannot be deleted because it contains recovery points",
      );
  },
};

/** When a lock that cannot be taken off any more was set, by vault. */
const locks = (world: World) => world.collection<number>("backup.locks");

/** A lock without days of grace (governance) can be taken off; one with them, only until they are over. */
export const backupVaultLock: AwsTypeSpec = {
  ...BACKUP,
  type: "aws_backup_vault_lock_configuration",
  title: "Backup Vault Lock Configuration",
  calls: {
    create: "PutBackupVaultLockConfiguration",
    read: "DescribeBackupVault",
    update: "PutBackupVaultLockConfiguration",
    delete: "DeleteBackupVaultLockConfiguration",
  },
  forcesReplacement: ["backup_vault_name", "changeable_for_days", "max_retention_days", "min_retention_days"],
  unread: ["changeable_for_days"],
  label: (values) => text(values, "backup_vault_name"),
  identify: (planned) => text(planned, "backup_vault_name"),
  arn: (values, context) => arnIn(context, "backup", `backup-vault:${text(values, "backup_vault_name")}`),
  computed: (values, { context }) => ({
    backup_vault_arn: arnIn(context, "backup", `backup-vault:${text(values, "backup_vault_name")}`),
  }),
  refuseCreate: (values, { world }) => {
    const name = text(values, "backup_vault_name");
    if (!findResource(world, "aws_backup_vault", name)) throw missing(`Backup vault not found: ${name}`);
    const [least, most] = [count(values, "min_retention_days"), count(values, "max_retention_days")];
    if (most > 0 && least > most)
      throw invalid("Max retention days must not be less than min retention days");
    if (isGiven(values.changeable_for_days) && count(values, "changeable_for_days") < 3)
      throw invalid("ChangeableForDays must be at least 3 days");
  },
  created: (values, { context: { world } }) => {
    if (isGiven(values.changeable_for_days))
      locks(world).set(text(values, "id"), world.clock.now() + count(values, "changeable_for_days") * DAY);
  },
  refuseDelete: (values, { world }) => {
    const until = locks(world).get(text(values, "id"));
    if (until !== undefined && world.clock.now() >= until)
      throw new AwsError("InvalidRequestException", "Backup vault is locked and its lock cannot be changed");
  },
  deleted: (values, { world }) => {
    locks(world).delete(text(values, "id"));
  },
};

const lifecycles = (rule: Attributes): Attributes[] =>
  [block(rule, "lifecycle"), ...blocks(rule, "copy_action").map((copy) => block(copy, "lifecycle"))].filter(
    (lifecycle) => lifecycle !== undefined,
  );

/** What is archived stays so for 90 days: Backup API reference, Lifecycle. */
function refuseRule(rule: Attributes, { world, region }: ProviderContext): void {
  const vault = findResource(world, "aws_backup_vault", text(rule, "target_vault_name"));
  if (!vault || vault.region !== region)
    throw missing(`Backup vault not found: ${text(rule, "target_vault_name")}`);
  for (const lifecycle of lifecycles(rule)) {
    const [cold, end] = [count(lifecycle, "cold_storage_after"), count(lifecycle, "delete_after")];
    if (cold > 0 && end > 0 && end < cold + 90)
      throw invalid("DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays");
  }
  const vaults = resourcesOf(world, "aws_backup_vault");
  for (const copy of blocks(rule, "copy_action"))
    if (!vaults.some(({ arn }) => arn === copy.destination_vault_arn))
      throw missing(`Destination backup vault not found: ${text(copy, "destination_vault_arn")}`);
}

const refuseRules = (values: Attributes, context: ProviderContext): void => {
  for (const rule of blocks(values, "rule")) refuseRule(rule, context);
};

/** What the provider fills in for a rule: minutes until it must have begun and ended, and the time zone. */
const withRuleDefaults = (rule: Attributes): Attributes => ({
  ...rule,
  completion_window: rule.completion_window ?? 180,
  schedule_expression_timezone: rule.schedule_expression_timezone ?? "Etc/UTC",
  start_window: rule.start_window ?? 60,
});

/** An empty block means the service's own choice: nothing is archived unless somebody says so. */
const archiving = (parent: Attributes): Attributes => ({
  ...parent,
  lifecycle: blocks(parent, "lifecycle").map((lifecycle) => ({
    ...lifecycle,
    opt_in_to_archive_for_supported_resources: lifecycle.opt_in_to_archive_for_supported_resources === true,
  })),
});

export const backupPlan: AwsTypeSpec = {
  ...BACKUP,
  type: "aws_backup_plan",
  title: "Backup Plan",
  calls: {
    create: "CreateBackupPlan",
    read: "GetBackupPlan",
    update: "UpdateBackupPlan",
    delete: "DeleteBackupPlan",
  },
  changesOnUpdate: ["version"],
  identify: (_, { mint }) => mint.uuid(),
  arn: (values, context) => arnIn(context, "backup", `backup-plan:${text(values, "id")}`),
  refine: (planned) =>
    Array.isArray(planned.rule)
      ? {
          ...planned,
          rule: blocks(planned, "rule")
            .map(withRuleDefaults)
            .map(archiving)
            .map((rule) => ({ ...rule, copy_action: blocks(rule, "copy_action").map(archiving) })),
        }
      : planned,
  computed: (_, { mint }) => ({ version: mint.letters(48, "version") }),
  refuseCreate: refuseRules,
  refuseUpdate: refuseRules,
  updated: (_, __, { mint }) => ({ version: mint.letters(48, "version") }),
  refuseDelete: (values, { world }) => {
    if (resourcesOf(world, "aws_backup_selection").some((selection) => selection.plan_id === values.id))
      throw new AwsError(
        "InvalidRequestException",
        "Related backup plan selections must be deleted prior to backup plan deletion",
      );
  },
};

export const backupSelection: AwsTypeSpec = {
  ...BACKUP,
  type: "aws_backup_selection",
  title: "Backup Selection",
  calls: {
    create: "CreateBackupSelection",
    read: "GetBackupSelection",
    update: "CreateBackupSelection",
    delete: "DeleteBackupSelection",
  },
  forcesReplacement: [
    "condition",
    "iam_role_arn",
    "name",
    "not_resources",
    "plan_id",
    "resources",
    "selection_tag",
  ],
  identify: (_, { mint }) => mint.uuid(),
  importId: (values) => `${text(values, "plan_id")}|${text(values, "id")}`,
  arn: (values, context) => arnIn(context, "backup", `backup-plan:${text(values, "plan_id")}`),
  computed: (values) => ({ not_resources: values.not_resources ?? [] }),
  refuseCreate: (values, { world }) => {
    if (!findResource(world, "aws_backup_plan", text(values, "plan_id")))
      throw missing(`Cannot find Backup plan with ID ${text(values, "plan_id")}`);
  },
};
