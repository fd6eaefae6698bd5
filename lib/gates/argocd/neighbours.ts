import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { Reading } from "../reading.ts";
import type { ArgocdExpectation } from "./expectation.ts";
import type { Neighbour } from "./facts.ts";

/** What else Argo CD runs: said, with the ill ones by name, and held against nobody's layer. */
export function judgeNeighbours(
  neighbours: Reading<Neighbour[]>,
  { namespace, application }: ArgocdExpectation,
): Finding[] {
  const all = question(
    "application-healthy",
    `other Applications in ${namespace}`,
    "Synced, Healthy",
    "warning",
  );
  if (!neighbours.read) return [all.unknown(neighbours.problem)];
  const others = neighbours.value.filter(({ metadata }) => metadata.name !== application);
  if (others.length === 0) return [];
  const ill = others.flatMap(({ metadata, status }) => {
    const health = status?.health?.status ?? "no health";
    const sync = status?.sync?.status ?? "no sync";
    if (health === "Healthy" && sync === "Synced") return [];
    const ask = question(
      "application-healthy",
      `Application ${namespace}/${metadata.name}`,
      "Synced, Healthy",
      "warning",
    );
    return [health === "Degraded" ? ask.fail(`${sync}, ${health}`) : ask.pending(`${sync}, ${health}`)];
  });
  const observed = `${others.length - ill.length} of ${others.length}`;
  return [ill.length === 0 ? all.pass(observed) : all.pending(observed), ...ill];
}
