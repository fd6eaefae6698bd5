import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { EksFacts, NodeGroupFact } from "./facts.ts";

/**
 * A kubelet may be three minor versions older than the API server, and never newer.
 * @see https://kubernetes.io/releases/version-skew-policy/#kubelet
 */
const OLDEST = 3;

/** How far the node groups are behind the control plane. Behind is told; only what is not supported holds a layer up. */
export function judgeSkew({ version, nodeGroups }: EksFacts): Finding[] {
  const control = minorOf(version?.name);
  if (!version || control === undefined) return [];
  return nodeGroups.map((group) => judgeGroup(group, version.name, control));
}

function judgeGroup({ name, version }: NodeGroupFact, controlName: string, control: number): Finding {
  const subject = `node group ${name}`;
  const strict = question(
    "node-group-skew",
    subject,
    `at most ${OLDEST} minor versions behind ${controlName}`,
  );
  const mild = question("node-group-skew", subject, controlName, "warning");
  const minor = minorOf(version);
  if (minor === undefined) return mild.unknown(version ?? "no version");
  const behind = control - minor;
  const observed = `${version}, the control plane is ${controlName}`;
  if (behind < 0) return strict.fail(`${observed}: newer than it`);
  if (behind > OLDEST) return strict.fail(`${observed}: ${behind} behind`);
  return behind === 0 ? mild.pass(observed) : mild.fail(`${observed}: ${behind} behind`);
}

/** "1.35" → 35 */
function minorOf(version: string | undefined): number | undefined {
  const minor = /^1\.(\d+)/.exec(version ?? "")?.[1];
  return minor === undefined ? undefined : Number(minor);
}
