import { createHash } from "node:crypto";
import type { Drifted } from "./drifted.ts";
import type { Managed } from "./read-plan.ts";

/** What the tagging API knows of a resource. */
export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Tags by which AWS and its controllers mark what they made themselves, for a resource that is ours: each has an
 * owner that is in a state. Tags that begin with `aws:` can be set by AWS alone.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver docs/tagging.md
 */
const OWNED: readonly RegExp[] = [
  /^aws:cloudformation:stack-/,
  /^aws:autoscaling:groupName$/,
  /^aws:eks:cluster-name$/,
  /^aws:ec2launchtemplate:/,
  /^aws:backup:/,
  /^eks:(cluster-name|nodegroup-name)$/,
  /^kubernetes\.io\/cluster\//,
  /^kubernetes\.io\/service-name$/,
  /^ebs\.csi\.aws\.com\//,
  /^elbv2\.k8s\.aws\/cluster$/,
];

/**
 * Resources that bear the environment's tag and are in no state, nor owned by a controller. What bears the tag of a
 * layer that was not scanned is left alone, since nobody has read that layer's state.
 */
export function judgeUnmanaged(
  tagged: readonly TaggedResource[],
  managed: readonly Pick<Managed, "names">[],
  scanned: readonly string[],
  layers: readonly string[],
): Drifted[] {
  const known = new Set(managed.flatMap(({ names }) => names));
  return tagged.flatMap(({ arn, tags }) => {
    const layer = tags["strata:layer"] ?? "-";
    if (isNamedAmong(known, arn)) return [];
    if (Object.keys(tags).some((tag) => OWNED.some((pattern) => pattern.test(tag)))) return [];
    const readable = layers.includes(layer)
      ? scanned.includes(layer)
      : layers.every((each) => scanned.includes(each));
    if (!readable) return [];
    return [
      {
        layer: layers.includes(layer) ? layer : "-",
        address: arn,
        kind: "unmanaged" as const,
        severity: "warning" as const,
        attributes: [],
        fingerprint: createHash("sha256").update(arn).digest("hex"),
        names: [arn, idOf(arn)],
        global: /^arn:aws[a-z-]*:(iam|route53|cloudfront):/.test(arn),
      },
    ];
  });
}

export const isNamedAmong = (names: ReadonlySet<string>, arn: string): boolean =>
  names.has(arn) || names.has(idOf(arn));

/** What stands behind the type: many resources are in a state by that alone (a NAT gateway has no ARN there). */
const idOf = (arn: string): string => (arn.split(":").slice(5).join(":") || arn).split("/").at(-1) ?? arn;
