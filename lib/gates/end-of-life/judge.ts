import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { Reading } from "../reading.ts";
import type { EndOfLifeExpectation } from "./expectation.ts";
import type { Area, EndOfLifeFacts, Product } from "./facts.ts";
import { RECORDED_ENDS, type RecordedEnd } from "./recorded-ends.ts";

const DAY = 24 * 60 * 60 * 1000;

/** Software that still runs and that nobody mends any more looks healthier than any other: it never changes. */
export function judgeEndOfLife(
  { cluster, charts, runtimes }: EndOfLifeFacts,
  expectation: EndOfLifeExpectation,
  now: Date,
  ends: readonly RecordedEnd[] = RECORDED_ENDS,
): Finding[] {
  return [
    ...judgeCluster(cluster, expectation, now),
    ...judgeProducts("chart", charts, expectation, now, ends),
    ...judgeProducts("runtime", runtimes, expectation, now, ends),
  ];
}

function judgeCluster(
  cluster: EndOfLifeFacts["cluster"],
  expectation: EndOfLifeExpectation,
  now: Date,
): Finding[] {
  if (!cluster) return [question("in-support", "the cluster", "a version").unknown("there is no cluster")];
  const { version, standardUntil } = cluster;
  const subject = `Kubernetes ${version}`;
  if (!standardUntil)
    return [question("in-support", subject, "a known end", "warning").unknown("EKS names none")];
  const end = { endsOn: standardUntil, instead: "the next minor version", source: "EKS's own calendar" };
  return [judgeEnd("cluster", subject, end, expectation, now)];
}

function judgeProducts(
  area: Area,
  found: Reading<readonly Product[]>,
  expectation: EndOfLifeExpectation,
  now: Date,
  ends: readonly RecordedEnd[],
): Finding[] {
  const ask = question("in-support", `${area}s of the platform`, "some, and their versions");
  if (!found.read) return [ask.unknown(found.problem)];
  if (found.value.length === 0) return [ask.pending("none")];
  const judged = found.value.flatMap((product) => {
    const end = ends.find(
      (each) => each.area === area && each.name === product.name && each.versions.test(product.version),
    );
    if (!end) return [];
    const subject = `${area} ${product.name} ${product.version}`;
    return [judgeEnd(area, subject, { ...end, endsOn: new Date(end.endsOn) }, expectation, now)];
  });
  return [ask.pass(`${found.value.length}, ${judged.length} of them with an announced end`), ...judged];
}

function judgeEnd(
  area: Area,
  subject: string,
  { endsOn, instead, source }: { endsOn: Date; instead: string; source: string },
  { noticeDays, enforced }: EndOfLifeExpectation,
  now: Date,
): Finding {
  const expected = `maintained for ${noticeDays} days more`;
  // The last day itself is still one with fixes.
  const days = Math.ceil((endsOn.getTime() - now.getTime()) / DAY);
  const day = endsOn.toISOString().slice(0, 10);
  const mild = question("in-support", subject, expected, "warning");
  if (days >= noticeDays) return mild.pass(`until ${day}, ${days} days`);
  const then = `; then ${instead} (${source})`;
  if (days >= 0) return mild.fail(`until ${day}, ${days} days${then}`);
  const ask = enforced.includes(area) ? question("in-support", subject, expected) : mild;
  return ask.fail(`not maintained since ${day}${then}`);
}
