/** What moves the files of volumes: an agent on every node, and a repository for each namespace. */
import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { VeleroExpectation } from "./expectation.ts";
import type { VeleroFacts } from "./facts.ts";

/** None is right before the first file was copied. */
export function judgeRepositories({ repositories }: VeleroFacts): Finding[] {
  if (!repositories.read)
    return [
      question("backup-repository-ready", "backup repositories", "readable").unknown(repositories.problem),
    ];
  return repositories.value.map(({ metadata, status }) => {
    const ask = question("backup-repository-ready", `BackupRepository ${metadata.name}`, "Ready");
    const { phase = "New", message = "" } = status ?? {};
    return phase === "Ready" ? ask.pass(phase) : ask.pending(`${phase} ${message}`.trim());
  });
}

/**
 * A DaemonSet is content with the nodes that its selector and tolerations leave it; volumes of pods on the others
 * are skipped without a word. Asked only where a schedule copies files.
 */
export function judgeNodeAgents(
  { schedules, nodeAgent, nodes }: VeleroFacts,
  expectation: VeleroExpectation,
): Finding[] {
  const copies =
    schedules.read &&
    schedules.value.some(
      ({ metadata, spec }) =>
        expectation.schedules.includes(metadata.name) && spec.template.defaultVolumesToFsBackup === true,
    );
  if (!copies) return [];
  const subject = `DaemonSet ${expectation.namespace}/node-agent`;
  const ask = question("backup-agents-everywhere", subject, "available on every schedulable node");
  if (!nodeAgent.read) return [ask.unknown(nodeAgent.problem)];
  if (!nodes.read) return [ask.unknown(nodes.problem)];
  if (!nodeAgent.value) return [ask.pending("does not exist")];
  const takesPods = nodes.value.filter(
    ({ metadata, spec }) => !spec?.unschedulable && !metadata.deletionTimestamp,
  );
  const available = nodeAgent.value.status?.numberAvailable ?? 0;
  const observed = `available on ${available} of ${takesPods.length} nodes`;
  return [takesPods.length > 0 && available >= takesPods.length ? ask.pass(observed) : ask.pending(observed)];
}
