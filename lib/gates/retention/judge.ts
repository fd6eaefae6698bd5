import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import { daysOf } from "./duration.ts";
import type { RetentionExpectation } from "./expectation.ts";
import type { BucketFact, BucketRetention, KeptSchedule, RetentionFacts, RetentionRule } from "./facts.ts";

/** Velero keeps a backup for 30 days unless its schedule says otherwise. @see https://velero.io/docs/main/api-types/schedule/ */
const DEFAULT_TTL_DAYS = 30;

/**
 * A bucket's lifecycle works by age and knows nothing of backups: it deletes or archives what Velero has promised
 * to keep, and no object of the cluster shows it. All of it is configuration, so nothing here waits but for objects.
 */
export function judgeRetention(
  { schedules, locations, buckets }: RetentionFacts,
  { namespace }: RetentionExpectation,
): Finding[] {
  const ask = question("retention-known", `namespace ${namespace}`, "schedules, and locations with a bucket");
  if (!schedules.read) return [ask.unknown(schedules.problem)];
  if (!locations.read) return [ask.unknown(locations.problem)];
  if (schedules.value.length === 0) return [ask.pending("no schedule")];
  if (buckets.length === 0) return [ask.pending("no storage location with a bucket")];
  const longest = Math.max(...schedules.value.map(ttlDaysOf));
  return [
    ask.pass(`${schedules.value.length} schedules, backups are kept for up to ${longest} days`),
    ...buckets.flatMap((bucket) => judgeBucket(bucket, longest)),
  ];
}

const ttlDaysOf = ({ spec }: KeptSchedule): number => {
  const days = daysOf(spec.template.ttl);
  return days === undefined || days === 0 ? DEFAULT_TTL_DAYS : days;
};

function judgeBucket({ location, bucket, prefix, retention }: BucketFact, longestDays: number): Finding[] {
  const subject = `bucket ${bucket} of location ${location}`;
  if (!retention) return [question("retention-known", subject, "a bucket").fail("there is no such bucket")];
  const rules = retention.rules.filter((rule) => touch(rule.prefix, prefix));
  return [
    judgeExpiry(subject, rules, longestDays),
    judgeArchive(subject, rules),
    judgeNoncurrent(subject, retention, rules),
  ];
}

/** A rule reaches the backups if one prefix begins with the other. */
const touch = (rule: string, own: string): boolean => rule.startsWith(own) || own.startsWith(rule);

/**
 * At the very same age both delete, and the bucket may be first. Later than that is no safety either: kopia's blocks
 * are shared, and yesterday's backup may need one that is older than any backup is kept; hence the warning.
 */
function judgeExpiry(subject: string, rules: readonly RetentionRule[], longestDays: number): Finding {
  const expected = `nothing deleted before Velero does, after up to ${longestDays} days`;
  const ask = question("retention-outlives-backups", subject, expected);
  const expiring = rules.filter(({ expirationDays }) => expirationDays !== undefined);
  const early = expiring.find(({ expirationDays = 0 }) => expirationDays <= longestDays);
  if (early) return ask.fail(`rule "${early.id}" deletes after ${early.expirationDays} days`);
  const [late] = expiring;
  if (!late) return ask.pass("nothing current expires");
  return question(
    "retention-outlives-backups",
    subject,
    "no expiry by age: blocks of old backups are used by new ones",
    "warning",
  ).fail(`rule "${late.id}" deletes after ${late.expirationDays} days`);
}

/**
 * Objects in these classes are not readable without a restore that takes hours; with Intelligent-Tiering it depends on
 * whether its archive tiers are switched on. Glacier Instant Retrieval is read like any other.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
 */
const ARCHIVES: readonly string[] = ["GLACIER", "DEEP_ARCHIVE"];
const READABLE: readonly string[] = ["STANDARD_IA", "ONEZONE_IA", "GLACIER_IR"];

function judgeArchive(subject: string, rules: readonly RetentionRule[]): Finding {
  const ask = question("retention-readable", subject, "every backup readable at once");
  const moves = rules.flatMap((rule) =>
    rule.transitions.map(({ storageClass, days }) => ({ id: rule.id, storageClass, days })),
  );
  const describe = ({ id, storageClass, days }: (typeof moves)[number]): string =>
    `rule "${id}" moves to ${storageClass} after ${days} days`;
  const archived = moves.find(({ storageClass }) => ARCHIVES.includes(storageClass));
  if (archived) return ask.fail(describe(archived));
  const unclear = moves.find(({ storageClass }) => !READABLE.includes(storageClass));
  if (unclear)
    return question("retention-readable", subject, "every backup readable at once", "warning").unknown(
      describe(unclear),
    );
  return ask.pass(moves.length > 0 ? moves.map(describe).join("; ") : "nothing moves");
}

/** With versions on, what Velero deletes stays as an older version until a rule ends that, too: unseen, and paid for. */
function judgeNoncurrent(
  subject: string,
  { versioned }: BucketRetention,
  rules: readonly RetentionRule[],
): Finding {
  const ask = question("retention-bounded", subject, "deleted backups gone in the end", "warning");
  if (!versioned) return ask.pass("no versions are kept");
  const rule = rules.find(({ noncurrentDays, narrowed }) => noncurrentDays !== undefined && !narrowed);
  return rule
    ? ask.pass(`rule "${rule.id}" deletes older versions after ${rule.noncurrentDays} days`)
    : ask.fail("older versions are kept for ever");
}
