import type { Area } from "./facts.ts";

export interface RecordedEnd {
  readonly area: Area;
  readonly name: string;
  /** Of the versions that the day is for. */
  readonly versions: RegExp;
  /** The last day with fixes, UTC. */
  readonly endsOn: string;
  /** What comes after it. */
  readonly instead: string;
  readonly source: string;
}

/**
 * Ends that somebody announced, each with its source; looked at on 2026-11-24. Kubernetes is not among them: EKS tells
 * its own calendar. What has no entry has no announced end that we know of, and is counted, not judged.
 */
export const RECORDED_ENDS: readonly RecordedEnd[] = [
  {
    area: "chart",
    name: "ingress-nginx",
    versions: /./,
    endsOn: "2026-03-31",
    instead: 'the edge "envoy", see docs/edge.md',
    source: "https://github.com/kubernetes/ingress-nginx (README: best-effort maintenance until March 2026)",
  },
  {
    area: "chart",
    name: "promtail",
    versions: /./,
    endsOn: "2026-03-02",
    instead: "Grafana Alloy",
    source: "https://grafana.com/docs/loki/latest/send-data/promtail/",
  },
  {
    area: "chart",
    name: "gateway-helm",
    versions: /^v?1\.7\./,
    endsOn: "2026-08-05",
    instead: "Envoy Gateway 1.9",
    source: "https://gateway.envoyproxy.io/news/releases/matrix/",
  },
  {
    area: "runtime",
    name: "Amazon Linux",
    versions: /^2$/,
    endsOn: "2026-06-30",
    instead: "Bottlerocket or Amazon Linux 2023",
    source: "https://aws.amazon.com/amazon-linux-2/faqs/",
  },
  {
    area: "runtime",
    name: "Node.js of the functions",
    versions: /^22$/,
    endsOn: "2027-04-30",
    instead: "nodejs24.x",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  },
  {
    area: "runtime",
    name: "Node.js of the functions",
    versions: /^24$/,
    endsOn: "2028-04-30",
    instead: "the next runtime of Lambda",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  },
];
