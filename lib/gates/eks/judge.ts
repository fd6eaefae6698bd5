import type { Finding } from "../../run/finding.ts";
import { type Question, question } from "../question.ts";
import type { EksExpectation } from "./expectation.ts";
import type { EksFacts, EksPartFact } from "./facts.ts";
import { judgeSkew } from "./judge-skew.ts";
import { judgeInsights, judgeVersion } from "./judge-version.ts";

/**
 * EKS's own statuses. DEGRADED waits: coredns is degraded for as long as there are no nodes. Statuses that do not
 * stand here are unknown, so that a new one is never taken for healthy.
 * @see https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html
 */
const PENDING: readonly string[] = ["CREATING", "UPDATING", "PENDING", "DEGRADED"];
const FAILED: readonly string[] = ["FAILED", "DELETING", "CREATE_FAILED", "DELETE_FAILED", "UPDATE_FAILED"];

/** In the order in which they come about: what waits for another part is not blamed for it. */
export function judgeEks(facts: EksFacts, _expectation: EksExpectation, now: Date): Finding[] {
  const ask = question("cluster-active", `cluster ${facts.clusterName}`, "ACTIVE without health issues");
  if (!facts.cluster) return [ask.fail("no such cluster")];
  const groups = judgeNodeGroups(facts);
  const haveNodes = groups.every(({ status }) => status === "pass");
  return [
    judgePart(ask, facts.cluster),
    judgeEndpoint(facts),
    ...groups,
    ...judgeSkew(facts),
    ...facts.addons.map((addon) => judgeAddon(addon, haveNodes)),
    ...judgeVersion(facts, now),
    ...judgeInsights(facts),
  ];
}

/** EKS's default is the whole internet, and nothing about an open endpoint looks unhealthy. */
function judgeEndpoint({ clusterName, publicCidrs }: EksFacts): Finding {
  const ask = question(
    "endpoint-restricted",
    `cluster ${clusterName}`,
    "an endpoint that is not open to all",
  );
  if (publicCidrs.length === 0) return ask.pass("private");
  const open = publicCidrs.filter((cidr) => cidr.endsWith("/0"));
  return open.length > 0 ? ask.fail(`open to ${open.join(", ")}`) : ask.pass(publicCidrs.join(", "));
}

/** A group without nodes is ACTIVE, too. */
function judgeNodeGroups({ clusterName, nodeGroups }: EksFacts): Finding[] {
  const none = question("node-groups-active", `cluster ${clusterName}`, "a node group that has nodes");
  if (nodeGroups.length === 0) return [none.fail("no node group")];
  if (nodeGroups.every(({ desiredSize }) => desiredSize === 0))
    return [none.fail(`${nodeGroups.map(({ name }) => name).join(", ")}: all are to have 0 nodes`)];
  return nodeGroups.map((group) =>
    judgePart(
      question("node-groups-active", `node group ${group.name}`, "ACTIVE without health issues"),
      group,
    ),
  );
}

/** coredns is degraded for as long as there are no nodes: then they are the matter, not the add-on. */
function judgeAddon({ name, addon }: EksFacts["addons"][number], haveNodes: boolean): Finding {
  const ask = question("addons-active", `add-on ${name}`, "ACTIVE without health issues");
  if (!addon) return ask.fail("not installed");
  const finding = judgePart(ask, addon);
  return finding.status === "fail" && !haveNodes && addon.status !== "DELETING"
    ? ask.pending(`${finding.observed}, and the node groups are not ready`)
    : finding;
}

/** ACTIVE with health issues is possible, and is not health. */
function judgePart(ask: Question, { status, issues }: EksPartFact): Finding {
  const told = issues.map(({ code, message }) => `${code}: ${message}`).join("; ");
  const observed = told ? `${status} with ${told}` : status;
  if (status === "ACTIVE") return told ? ask.pending(observed) : ask.pass(observed);
  if (FAILED.includes(status)) return ask.fail(observed);
  return PENDING.includes(status) ? ask.pending(observed) : ask.unknown(observed);
}
