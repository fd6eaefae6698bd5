import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { Reading } from "../reading.ts";
import type { Node } from "./facts.ts";

/** @see https://kubernetes.io/releases/version-skew-policy/ kubelet */
const MINORS_BEHIND = 3;

const minorOf = (version: string): number => Number(/^v1\.(\d+)\./.exec(version)?.[1] ?? Number.NaN);

/** Nodes that run all the same, with a kubelet that the control plane need not understand: one finding for all. */
export function judgeSkew(nodes: readonly Node[], serverVersion: Reading<string>): Finding[] {
  const ask = question(
    "nodes-in-step",
    "kubelets",
    `no newer than the control plane, and at most ${MINORS_BEHIND} minors older`,
  );
  if (!serverVersion.read) return [ask.unknown(serverVersion.problem)];
  const server = minorOf(serverVersion.value);
  if (Number.isNaN(server)) return [ask.unknown(`version ${serverVersion.value} of the control plane`)];
  const versions = nodes.flatMap(({ metadata, status }) => {
    const version = status?.nodeInfo?.kubeletVersion;
    return version === undefined ? [] : [{ name: metadata.name, version, minor: minorOf(version) }];
  });
  // A node that has not reported its version is not ready either, and counted there.
  if (versions.length === 0) return [];
  const odd = versions.find(({ minor }) => Number.isNaN(minor));
  if (odd) return [ask.unknown(`version ${odd.version} of ${odd.name}`)];
  const wrong = versions.filter(({ minor }) => minor > server || server - minor > MINORS_BEHIND);
  const [first] = wrong;
  return [
    first
      ? ask.fail(`${wrong.length} of ${versions.length} are not: ${first.name} has ${first.version}`)
      : ask.pass(`${versions.length} in step with ${serverVersion.value}`),
  ];
}
