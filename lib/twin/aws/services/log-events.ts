import { z } from "zod";
import { AUDIT_COLLECTION, type AuditRecord } from "../../kubernetes/audit-log.ts";
import { type ClusterRecord, COLLECTIONS } from "../../world/records.ts";
import type { Json, World } from "../../world/world.ts";
import { AwsError } from "../contract.ts";
import { operation, page, present, type Service } from "../service.ts";

/** EKS delivers its control plane's logs "on a best effort basis, usually within a few minutes": the user guide. */
const DELIVERED_AFTER_MILLISECONDS = 2 * 60_000;
const GROUP = /^\/aws\/eks\/(.+)\/cluster$/;
const TERM = /^\$\.([\w.]+) (=|!=) "([^"]*)"$/;

/** Every condition of `{ ($.a.b = "x") && ($.c != "y") }`; other filter patterns are not modelled. */
function filterOf(pattern: string): (event: Json) => boolean {
  const inner = /^\{ (.+) \}$/.exec(pattern)?.[1];
  const terms = (inner?.split(" && ") ?? []).map((term) => TERM.exec(term.replace(/^\((.+)\)$/, "$1")));
  if (terms.length === 0 || terms.includes(null))
    throw new AwsError(
      "InvalidParameterException",
      `Invalid filter pattern (or one not modelled): ${pattern}`,
    );
  return (event) =>
    terms.every((term) => {
      const [, path = "", operator, wanted] = term ?? [];
      const value = path.split(".").reduce<Json | undefined>(memberOf, event);
      return (value === wanted) === (operator === "=");
    });
}

const memberOf = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value[name] : undefined;

/** The group of a cluster's control plane, if there is one; it holds audit events only where the cluster sends them. */
function auditOf(world: World, group: string): AuditRecord[] {
  const name = GROUP.exec(group)?.[1];
  const exists = world
    .collection<{ attributes: { name?: Json } }>(COLLECTIONS.resources)
    .entries()
    .some(
      ([key, { attributes }]) => key.startsWith("aws_cloudwatch_log_group/") && attributes.name === group,
    );
  if (name === undefined || !exists)
    throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
  const cluster = world.collection<ClusterRecord>(COLLECTIONS.clusters).get(name);
  if (!JSON.stringify(cluster?.configuration.logging ?? []).includes("audit")) return [];
  return world
    .collection<AuditRecord>(AUDIT_COLLECTION)
    .values()
    .filter((record) => record.cluster === name);
}

export const logEvents: Service = {
  /** Only the audit events of a cluster's API server can be read back; other logs are kept by those who make them. */
  FilterLogEvents: operation(
    z.object({
      logGroupName: z.string(),
      logStreamNamePrefix: z.string().optional(),
      startTime: z.number().default(0),
      endTime: z.number().default(Number.MAX_SAFE_INTEGER),
      filterPattern: z.string(),
      limit: z.int().min(1).max(10_000).default(10_000),
      nextToken: z.string().optional(),
    }),
    ({ world, allow, region, accountId }, asked) => {
      allow("logs:FilterLogEvents", `arn:aws:logs:${region}:${accountId}:log-group:${asked.logGroupName}`);
      const until = Math.min(asked.endTime, world.clock.now() - DELIVERED_AFTER_MILLISECONDS);
      const matches = filterOf(asked.filterPattern);
      const stream = "kube-apiserver-audit-0";
      const found = auditOf(world, asked.logGroupName)
        .filter(({ at }) => at >= asked.startTime && at <= until)
        .filter(({ event }) => matches(event) && stream.startsWith(asked.logStreamNamePrefix ?? ""));
      const { items, next } = page(found, asked.nextToken, asked.limit);
      return present({
        events: items.map(({ at, event }) => ({
          logStreamName: stream,
          timestamp: at,
          message: JSON.stringify(event),
          ingestionTime: at + DELIVERED_AFTER_MILLISECONDS,
        })),
        nextToken: next,
      });
    },
  ),
};
