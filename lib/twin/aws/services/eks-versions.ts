import { createHash } from "node:crypto";
import { z } from "zod";
import { strikes } from "../../world/faults.ts";
import type { ClusterRecord } from "../../world/records.ts";
import type { Json, World } from "../../world/world.ts";
import { type Call, epochSeconds, operation, present } from "../service.ts";

/**
 * EKS's release calendar (EKS user guide, "Kubernetes versions"; 1.35 after endoflife.date). Dates are UTC days.
 * Of 1.36 no source names the days: clusters of it were seen on 2026-10-07, the day of its release is an estimate
 * and the ends follow from it, 14 and 26 months later.
 */
const CALENDAR = [
  { version: "1.31", release: "2024-09-26", standard: "2025-11-26", extended: "2026-11-26" },
  { version: "1.32", release: "2025-01-23", standard: "2026-03-23", extended: "2027-03-23" },
  { version: "1.33", release: "2025-05-29", standard: "2026-07-29", extended: "2027-07-29" },
  { version: "1.34", release: "2025-10-02", standard: "2026-12-02", extended: "2027-12-02" },
  { version: "1.35", release: "2026-01-28", standard: "2027-03-27", extended: "2028-03-27" },
  { version: "1.36", release: "2026-08-01", standard: "2027-10-01", extended: "2028-10-01" },
] as const;

type Support = "STANDARD_SUPPORT" | "EXTENDED_SUPPORT" | "UNSUPPORTED";

function supportOf({ standard, extended }: { standard: string; extended: string }, now: number): Support {
  if (now < Date.parse(standard)) return "STANDARD_SUPPORT";
  return now < Date.parse(extended) ? "EXTENDED_SUPPORT" : "UNSUPPORTED";
}

export interface OfferedVersion {
  readonly version: string;
  readonly support: Support;
  readonly release: string;
  readonly standard: string;
  readonly extended: string;
}

/** The versions that EKS knows at an instant, oldest first, those out of support too. */
export const versionsAt = (now: number): OfferedVersion[] =>
  CALENDAR.filter(({ release }) => Date.parse(release) <= now).map((entry) => ({
    ...entry,
    support: supportOf(entry, now),
  }));

/** The one that EKS gives a cluster that names none: not the newest, which it takes up some months later. */
export const DEFAULT_VERSION = "1.35";

const DAY = 24 * 3_600_000;

/** Fault `support-ended` { version, days }: EKS has ended the standard support of a version so many days ago. */
function endedEarly(world: World, entry: OfferedVersion): OfferedVersion {
  const fault = strikes(world, "support-ended", ({ version }) => version === entry.version);
  if (!fault) return entry;
  const standard = new Date(world.clock.now() - Number(fault.days) * DAY).toISOString().slice(0, 10);
  return { ...entry, standard, support: supportOf({ ...entry, standard }, world.clock.now()) };
}

const day = (text: string): number => epochSeconds(Date.parse(text));

export const describeClusterVersions = operation(
  z.object({
    clusterVersions: z
      .union([z.string(), z.array(z.string())])
      .transform((value) => [value].flat())
      .optional(),
    defaultOnly: z.coerce.boolean().optional(),
    includeAll: z.coerce.boolean().optional(),
    versionStatus: z.string().optional(),
    maxResults: z.coerce.number().optional(),
  }),
  ({ allow, world }, { clusterVersions, includeAll, versionStatus }) => {
    allow("eks:DescribeClusterVersions", "*");
    const now = world.clock.now();
    const wanted = versionsAt(now)
      .map((entry) => endedEarly(world, entry))
      .filter(
        ({ version, support }) =>
          (clusterVersions?.includes(version) ?? (includeAll || support !== "UNSUPPORTED")) &&
          (versionStatus ?? support) === support,
      );
    return {
      clusterVersions: wanted.reverse().map(({ support, ...entry }) => ({
        clusterVersion: entry.version,
        clusterType: "eks",
        defaultVersion: entry.version === DEFAULT_VERSION,
        releaseDate: day(entry.release),
        endOfStandardSupportDate: day(entry.standard),
        endOfExtendedSupportDate: day(entry.extended),
        status: support.toLowerCase(),
        versionStatus: support,
        kubernetesPatchVersion: `${entry.version}.0`,
      })),
    };
  },
);

/** Insights of the world's cluster: what its record's configuration says, or EKS's usual upgrade check passing. */
const CHECKS = [
  "Kubelet version skew",
  "EKS add-on version compatibility",
  "Deprecated APIs removed",
] as const;

function insightRecord(cluster: ClusterRecord, name: string, now: number): { [key: string]: Json } {
  const digest = createHash("sha256").update(`${cluster.arn}/${name}`).digest("hex");
  const id = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
  const statuses = cluster.configuration.insightStatuses;
  const known = statuses !== null && typeof statuses === "object" && !Array.isArray(statuses) ? statuses : {};
  const status = known?.[name];
  return present({
    id,
    name,
    category: "UPGRADE_READINESS",
    kubernetesVersion: cluster.version.replace(/\d+$/, (minor) => String(Number(minor) + 1)),
    lastRefreshTime: epochSeconds(now),
    lastTransitionTime: epochSeconds(cluster.createdAt),
    description: name,
    insightStatus: { status: typeof status === "string" ? status : "PASSING", reason: "" },
  });
}

export const insights = (call: Call, cluster: ClusterRecord): Json[] =>
  CHECKS.map((name) => insightRecord(cluster, name, call.world.clock.now()));

export const insight = (call: Call, cluster: ClusterRecord, id: string): Json | undefined =>
  CHECKS.map((name) => insightRecord(cluster, name, call.world.clock.now())).find((found) => found.id === id);
