import * as z from "zod";
import { EDGES } from "../catalogue/edges.ts";
import { AllowedDriftSchema } from "../drift/allowed.ts";
import { tooRare } from "./overdue-hours.ts";
import { collisionsOf, RecoverySchema } from "./recovery.ts";
import { parseSchedule } from "./schedule-expression.ts";
import { isTimeZone } from "./time-zone.ts";

/** One environment of Strata: the object under `context.strata` in cdk.json. */

const SHA256 = z.string().regex(/^[0-9a-f]{64}$/, "a lower-case sha256: 64 hexadecimal digits");
const EMAIL = z.email("an e-mail address");
const ScheduleSchema = z
  .string()
  .refine(
    (expression) => parseSchedule(expression) !== undefined,
    'an EventBridge schedule such as "rate(15 minutes)" or "cron(0 2 * * ? *)": minutes, hours, day of the month, month, day of the week, year, one of the two days being "?"',
  );
/** `off`: only by hand. */
const OptionalScheduleSchema = z.union([z.literal("off"), ScheduleSchema]);
/** A year at most: what is older than that nobody can have meant. */
const HoursSchema = z.int("whole hours").min(1).max(8_784);

const CIDR = z.cidrv4("an IPv4 range such as 203.0.113.0/24");

/** A range that holds the whole internet, or half of it, is not a restriction. */
const MINIMUM_PUBLIC_PREFIX = 8;

const PublicCidrSchema = z.string().superRefine((cidr, context) => {
  if (cidr === "0.0.0.0/0" || cidr === "::/0") {
    context.addIssue({
      code: "custom",
      message: "this opens the cluster's API to the whole internet; name the addresses that may reach it",
    });
    return;
  }
  if (!CIDR.safeParse(cidr).success) {
    context.addIssue({ code: "custom", message: "an IPv4 range such as 203.0.113.0/24" });
    return;
  }
  if (Number(cidr.split("/")[1]) < MINIMUM_PUBLIC_PREFIX)
    context.addIssue({ code: "custom", message: `a range no wider than /${MINIMUM_PUBLIC_PREFIX}` });
});

export const ConfigurationSchema = z
  .strictObject({
    /** Prefix of every name in the account. 20 characters keep `strata-<env>-apply-<layer>` under IAM's 64. */
    environment: z
      .string()
      .regex(
        /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){2,19}$/,
        "3 to 20 characters: lower-case letters, digits and single hyphens, a letter first",
      ),
    /** Left out, the account that `cdk deploy` runs in. */
    account: z
      .string()
      .regex(/^\d{12}$/, "an AWS account id: 12 digits, in quotes")
      .optional(),
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as eu-central-1"),
    /** The platform's hosts are labels below this name. */
    domain: z
      .string()
      .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, "a domain name in lower case"),
    /** `create: false`: the public zone of `domain` exists already. */
    zone: z.strictObject({ create: z.boolean() }),
    /** Account address at the ACME certificate authority. */
    email: EMAIL,
    kubernetesVersion: z.string().regex(/^1\.\d{2}$/, 'a Kubernetes minor version such as "1.35"'),
    /** `private`: peered with the control plane. `public-restricted`: reached from its NAT address only. */
    endpointMode: z.enum(["private", "public-restricted"]),
    /** Further addresses that may reach a `public-restricted` endpoint, e.g. an office. */
    publicAccessCidrs: z.array(PublicCidrSchema).optional(),
    /** Who may use kubectl, by principal. */
    operators: z.array(
      z
        .string()
        .regex(
          /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
          "the ARN of an IAM role or user (not root)",
        ),
    ),
    /** What stands between the internet and the applications. @see docs/edge.md */
    edge: z.enum(EDGES).default("nginx"),
    /** When a run asks for approval, unless its input says otherwise. */
    approval: z.enum(["always", "on-change", "on-destroy", "never"]).default("on-change"),
    /** May somebody approve the plans of a run that he asked for? Only where there is no second person. */
    selfApproval: z.boolean().default(false),
    notifications: z.strictObject({
      /** Everything. */
      events: z.array(EMAIL).default([]),
      /** Only what needs a person. */
      action: z.array(EMAIL).min(1, "at least one address: somebody must be asked"),
      /** A channel that hears what needs a person, too. The workspace is authorised in the console beforehand. */
      slack: z
        .strictObject({
          workspaceId: z.string().regex(/^T[A-Z0-9]{8,}$/, "the id of a Slack workspace, such as T0123ABCD"),
          channelId: z.string().regex(/^C[A-Z0-9]{8,}$/, "the id of a Slack channel, such as C0123ABCD"),
        })
        .optional(),
    }),
    /** When the control plane looks after itself and the platform, as EventBridge expressions (UTC). */
    schedules: z
      .strictObject({
        /** Closes a run whose end nobody told it of, and removes what a verification's sandbox left. */
        sweep: ScheduleSchema.default("rate(15 minutes)"),
        /** IANA name of the time zone in which the checks' cron expressions are read; daylight saving included. */
        timeZone: z.string().refine(isTimeZone, "an IANA time zone such as Europe/Berlin").default("UTC"),
        /** Looks through the gates. */
        prove: OptionalScheduleSchema.default("rate(1 hour)"),
        /** Plans every layer as it was applied. */
        drift: OptionalScheduleSchema.default("cron(0 5 * * ? *)"),
        /** Restores the newest backup into a sandbox; well after Velero's own schedules, of which the last begins at 04:00. */
        verifyBackup: OptionalScheduleSchema.default("cron(0 7 * * ? *)"),
        /** Builds an environment anew and takes it down; costs an hour of a platform each time. */
        rehearseRecovery: OptionalScheduleSchema.default("off"),
      })
      .prefault({}),
    /** After how many hours without a proof that passed somebody is told, by check. */
    overdueHours: z
      .strictObject({
        /** Three looks of an hourly check. */
        prove: HoursSchema.default(4),
        /** Two daily ones, and two hours. */
        drift: HoursSchema.default(50),
        verifyBackup: HoursSchema.default(50),
        /** A month, and four days. */
        rehearseRecovery: HoursSchema.default(840),
      })
      .prefault({}),
    /** What becomes of what somebody changed by hand. */
    drift: z
      .strictObject({
        /** Drift that somebody answers for, until a day. */
        allow: z.array(AllowedDriftSchema).default([]),
        /** Start a run against new drift; a person approves it like any other. */
        remediate: z.boolean().default(false),
      })
      .default({ allow: [], remediate: false }),
    /** What backups must be able to do, as proven by restoring them. */
    backups: z
      .strictObject({
        /** Hours of data that a loss may cost: the time between two backups, and two hours for the backup itself. */
        rpoHours: z
          .strictObject({ daily: z.number().positive(), weekly: z.number().positive() })
          .default({ daily: 26, weekly: 170 }),
        /** From a restore's start until what was restored has proven itself. */
        rtoMinutes: z.number().positive().max(240).default(30),
      })
      .default({ rpoHours: { daily: 26, weekly: 170 }, rtoMinutes: 30 }),
    /** Environments in which the loss of the cluster, or of the region, is rehearsed. @see docs/disaster-recovery.md */
    recovery: RecoverySchema,
    terraform: z.strictObject({
      /** State locking in S3 without DynamoDB is stable from 1.11 on. */
      version: z.string().regex(/^1\.(1[1-9]|[2-9]\d)\.\d+$/, "a release from 1.11.0 on, such as 1.11.4"),
      /** Of the release's zip archives, as in its SHA256SUMS. */
      sha256: z.strictObject({
        linux_amd64: SHA256,
        linux_arm64: SHA256,
        darwin_amd64: SHA256,
        darwin_arm64: SHA256,
      }),
    }),
    /** A further boundary that the organisation wants on roles made by Terraform, instead of our own. */
    permissionsBoundary: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]+$/, "the ARN of an IAM policy")
      .optional(),
    /** Range of the control plane's own VPC: builds and gates run there. It must not overlap the platform's. */
    controlPlaneCidr: CIDR.default("10.255.0.0/24"),
    /** Tags for every resource, beside those that the platform sets itself. */
    tags: z
      .record(
        z.string().regex(/^(?!aws:|strata:)/, 'a name that begins with neither "aws:" nor "strata:"'),
        z.string(),
      )
      .default({}),
    /** Terraform variables by layer, beyond the shared ones. */
    layers: z.record(z.string(), z.record(z.string(), z.json())).default({}),
  })
  .superRefine((configuration, context) => {
    if (configuration.endpointMode === "private" && (configuration.publicAccessCidrs?.length ?? 0) > 0)
      context.addIssue({
        code: "custom",
        path: ["publicAccessCidrs"],
        message: 'only with endpointMode "public-restricted": a private endpoint has no public address',
      });
    for (const [path, message] of [...collisionsOf(configuration), ...tooRare(configuration)])
      context.addIssue({ code: "custom", path, message });
  });
export type Configuration = z.infer<typeof ConfigurationSchema>;
