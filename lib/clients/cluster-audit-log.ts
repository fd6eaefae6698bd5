import * as z from "zod";
import type { AuditedWrite, AuditLog } from "../drift/name-persons.ts";
import { DependencyUnavailableError } from "../run/errors.ts";
import { connectJsonService, type JsonServiceProps } from "./json-service.ts";

const AnswerSchema = z.looseObject({
  events: z.array(z.looseObject({ message: z.string() })).default([]),
  nextToken: z.string().optional(),
});
/** @see https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
const EventSchema = z.looseObject({
  verb: z.string(),
  user: z.looseObject({
    username: z.string(),
    /** EKS's authenticator puts the caller's ARN here. */
    extra: z.looseObject({ arn: z.array(z.string()).optional() }).optional(),
  }),
  objectRef: z.looseObject({ subresource: z.string().optional() }).optional(),
  responseStatus: z.looseObject({ code: z.number() }).optional(),
  stageTimestamp: z.string(),
});

/** FilterLogEvents may answer with an empty page and go on; two minutes of a busy cluster are a few of them. */
const PAGES = 10;

/**
 * The audit log of a cluster, in the log group that EKS writes to.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
 */
export function connectClusterAuditLog(
  cluster: string,
  props: Pick<JsonServiceProps, "credentials" | "region" | "endpoint">,
): AuditLog {
  const ask = connectJsonService({ ...props, service: "logs", target: "Logs_20140328" });
  return {
    async writesTo({ resource, namespace, name }, from, until) {
      const asked = {
        logGroupName: `/aws/eks/${cluster}/cluster`,
        logStreamNamePrefix: "kube-apiserver-audit-",
        startTime: from.getTime(),
        endTime: until.getTime(),
        filterPattern: `{ ($.objectRef.resource = "${resource}") && ($.objectRef.namespace = "${namespace}") && ($.objectRef.name = "${name}") && ($.verb != "get") }`,
      };
      const writes: AuditedWrite[] = [];
      let nextToken: string | undefined;
      for (let page = 0; page < PAGES; page += 1) {
        const answer = await ask("FilterLogEvents", { ...asked, ...(nextToken && { nextToken }) }).catch(
          unlessMissing,
        );
        if (answer === "off") return "off";
        const { events, nextToken: more } = AnswerSchema.parse(answer);
        writes.push(...events.flatMap(({ message }) => writeOf(message)));
        if (more === undefined) break;
        nextToken = more;
      }
      return writes;
    },
  };
}

function unlessMissing(error: unknown): "off" {
  if (error instanceof DependencyUnavailableError && error.message.includes("ResourceNotFoundException"))
    return "off";
  throw error;
}

/** A line that is no audit event says nothing of anybody. */
function writeOf(message: string): AuditedWrite[] {
  const parsed = EventSchema.safeParse(jsonOf(message));
  if (!parsed.success) return [];
  const { verb, user, objectRef, responseStatus, stageTimestamp } = parsed.data;
  return [
    {
      at: stageTimestamp,
      verb,
      subresource: objectRef?.subresource,
      who: user.extra?.arn?.[0] ?? user.username,
      code: responseStatus?.code ?? 0,
    },
  ];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
