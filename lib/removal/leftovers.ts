import { isNamedAmong, type TaggedResource } from "../drift/unmanaged.ts";
import { clip } from "../run/cause.ts";
import type { Finding } from "../run/finding.ts";
import type { LayerOutcome } from "../run/messages.ts";

export interface Removal {
  readonly environment: string;
  readonly outcomes: readonly LayerOutcome[];
  /** Every layer of the environment. */
  readonly layers: readonly string[];
}

/** The run's record and its mail have room for so many; whoever finds more looks at the tags himself. */
const SHOWN = 25;

/** What CloudFormation made is the control plane's; recovery points stay with their vault, which is retained. */
const OF_OTHERS = /^aws:(cloudformation:stack-|backup:)/;

/** What it may be, and how it is looked at before it is deleted. `{id}` is what stands behind the type. */
const KINDS: readonly [pattern: RegExp, what: string, how: string][] = [
  [
    /:elasticloadbalancing:.*:loadbalancer\//,
    "a load balancer, which is paid by the hour and keeps its subnets from going",
    "aws elbv2 describe-load-balancers --load-balancer-arns {arn}",
  ],
  [
    /:elasticloadbalancing:.*:targetgroup\//,
    "a target group",
    "aws elbv2 describe-target-groups --target-group-arns {arn}",
  ],
  [
    /:ec2:.*:volume\//,
    "a volume, whose data is gone for good once it is deleted",
    "aws ec2 describe-volumes --volume-ids {id}",
  ],
  [
    /:ec2:.*:network-interface\//,
    "a network interface, which keeps its subnet and its security groups from going",
    "aws ec2 describe-network-interfaces --network-interface-ids {id}",
  ],
  [/:ec2:.*:security-group\//, "a security group", "aws ec2 describe-security-groups --group-ids {id}"],
  [/:ec2:.*:snapshot\//, "a snapshot of a volume", "aws ec2 describe-snapshots --snapshot-ids {id}"],
  [
    /:logs:.*:log-group:/,
    "a log group; a cluster that wrote a last line after it was deleted has made it anew",
    "aws logs describe-log-groups --log-group-name-prefix {id}",
  ],
  [
    /:route53:::hostedzone\//,
    "a DNS zone, which the registrar may still name",
    "aws route53 list-resource-record-sets --hosted-zone-id {id}",
  ],
];

/**
 * What still bears the tags of the removed, and is not kept on purpose. A layer's own tag counts for that layer; what
 * bears the environment's alone, or a controller's, is left behind only once every layer is gone. Reported, and
 * deleted by nobody: who owns it is not known, and a tag is no proof.
 */
export function judgeLeftovers(tagged: readonly TaggedResource[], removal: Removal): Finding[] {
  const gone = removal.outcomes.filter(({ result }) => result === "destroyed");
  const names = gone.map(({ layer }) => layer);
  const isAllGone = removal.layers.every((layer) => names.includes(layer));
  const kept = new Set(
    gone.flatMap(({ retained }) => (retained?.resources ?? []).flatMap(({ id = "", arn = "" }) => [id, arn])),
  );
  const left = tagged
    .filter(({ arn, tags }) => {
      if (isNamedAmong(kept, arn) || Object.keys(tags).some((tag) => OF_OTHERS.test(tag))) return false;
      return isAllGone || names.includes(tags["strata:layer"] ?? "");
    })
    .sort((a, b) => a.arn.localeCompare(b.arn));
  if (left.length === 0) return [nothing(names)];
  const more = left.length - SHOWN;
  return [...left.slice(0, SHOWN).map(leftover), ...(more > 0 ? [others(more, removal.environment)] : [])];
}

/** Not looked at is not clean. */
export const notSwept = (environment: string, because: string): Finding =>
  finding({
    subject: `what bears the tags of ${environment}`,
    status: "unknown",
    observed: because,
    message: `Whether something was left behind is not known: ${because}. Ask again: aws resourcegroupstaggingapi get-resources --tag-filters Key=strata:environment,Values=${environment}`,
  });

const nothing = (layers: readonly string[]): Finding =>
  finding({
    subject: layers.join(", "),
    status: "pass",
    observed: "nothing bears its tags",
    message: "Nothing was left behind that bears the tags of what was removed, but for what is retained.",
  });

const others = (count: number, environment: string): Finding =>
  finding({
    subject: `what bears the tags of ${environment}`,
    status: "fail",
    observed: `${count} more`,
    message: `${count} more were left behind: aws resourcegroupstaggingapi get-resources --tag-filters Key=strata:environment,Values=${environment}`,
  });

function leftover({ arn, tags }: TaggedResource): Finding {
  const [, what = "a resource", how = ""] = KINDS.find(([pattern]) => pattern.test(arn)) ?? [];
  const id = /:log-group:([^:]+)/.exec(arn)?.[1] ?? arn.split(/[/:]/).at(-1) ?? arn;
  const look = how === "" ? "" : ` Look at it: ${how.replace("{arn}", arn).replace("{id}", id)}.`;
  const owner = tags["kubernetes.io/service-name"] ?? tags["kubernetes.io/created-for/pvc/name"];
  const made = owner === undefined ? "" : ` The cluster made it for ${owner}.`;
  const layer = tags["strata:layer"] === undefined ? "" : ` of ${tags["strata:layer"]}`;
  return finding({
    subject: arn,
    status: "fail",
    observed: `${what}${layer}`,
    message: `${arn} was left behind: ${what}${layer}.${made}${look} Nobody's? Delete it.`,
  });
}

const finding = (of: Pick<Finding, "subject" | "status" | "observed" | "message">): Finding => ({
  check: "nothing-left-behind",
  severity: "warning",
  expected: "nothing bears the tags of what was removed",
  runbook: "nothing-left-behind",
  ...of,
  subject: clip(of.subject, 300),
  observed: clip(of.observed, 200),
  message: clip(of.message, 600),
});
