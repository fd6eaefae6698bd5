import type { Finding } from "../../run/finding.ts";
import { type Question, question } from "../question.ts";
import type { EksExpectation } from "./expectation.ts";
import type { EksFacts, EksPartFact } from "./facts.ts";
import { judgeInsights, judgeVersion } from "./judge-version.ts";

/**
 * EKS's own statuses. DEGRADED waits: coredns is degraded for as long as there are no nodes. Statuses that do not
 * stand here are unknown, so that a new one is never taken for healthy.
 * @see https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html
 */
const PENDING: readonly string[] = ["CREATING", "UPDATING", "PENDING", "DEGRADED"];
const FAILED: readonly string[] = ["FAILED", "DELETING", "CREATE_FAILED", "DELETE_FAILED", "UPDATE_FAILED"];

export function judgeEks(facts: EksFacts, _expectation: EksExpectation, now: Date): Finding[] {
  const ask = question("cluster-active", `cluster ${facts.clusterName}`, "ACTIVE without health issues");
  if (!facts.cluster) return [ask.fail("no such cluster")];
  return [
    judgePart(ask, facts.cluster),
    ...judgeNodeGroups(facts),
    ...facts.addons.map(judgeAddon),
    ...judgeVersion(facts, now),
    ...judgeInsights(facts),
  ];
}

function judgeNodeGroups({ clusterName, nodeGroups }: EksFacts): Finding[] {
  const none = question("node-groups-active", `cluster ${clusterName}`, "at least one node group");
  if (nodeGroups.length === 0) return [none.fail("no node group")];
  return nodeGroups.map((group) =>
    judgePart(
      question("node-groups-active", `node group ${group.name}`, "ACTIVE without health issues"),
      group,
    ),
  );
}

function judgeAddon({ name, addon }: EksFacts["addons"][number]): Finding {
  const ask = question("addons-active", `add-on ${name}`, "ACTIVE without health issues");
  return addon ? judgePart(ask, addon) : ask.fail("not installed");
}

/** ACTIVE with health issues is possible, and is not health. */
function judgePart(ask: Question, { status, issues }: EksPartFact): Finding {
  const told = issues.map(({ code, message }) => `${code}: ${message}`).join("; ");
  const observed = told ? `${status} with ${told}` : status;
  if (status === "ACTIVE") return told ? ask.pending(observed) : ask.pass(observed);
  if (FAILED.includes(status)) return ask.fail(observed);
  return PENDING.includes(status) ? ask.pending(observed) : ask.unknown(observed);
}
