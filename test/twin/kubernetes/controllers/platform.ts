import { loadChart } from "../../../../lib/twin/charts/chart.ts";
import { delegate } from "../../../../lib/twin/network/delegation.ts";
import type { Attributes } from "../../../../lib/twin/terraform/contract.ts";
import { helmRelease } from "../../../../lib/twin/terraform/providers/helm/release.ts";
import { DEFAULTS } from "../../../../lib/twin/terraform/providers/helm/release-plan.ts";
import {
  COLLECTIONS,
  type DnsRecord,
  type LoadBalancerRecord,
  type ZoneRecord,
} from "../../../../lib/twin/world/records.ts";
import type { TestCluster } from "./test-cluster.ts";

/** The attributes of a release of a recorded chart, with the provider's defaults. */
export function releaseOf(name: string, chart: string, namespace: string, values: object = {}): Attributes {
  const found = loadChart(chart);
  if (!found) throw new Error(`no chart ${chart}`);
  return {
    ...DEFAULTS,
    name,
    chart: found.repository === null ? (found.oci ?? chart) : chart,
    repository: found.repository ?? "",
    version: found.version,
    namespace,
    create_namespace: true,
    values: [JSON.stringify(values)],
  };
}

export const install = (cluster: TestCluster, ...release: Parameters<typeof releaseOf>): Attributes =>
  helmRelease.create(releaseOf(...release), cluster.context);

export const DOMAIN = "demo.example.com";
export const HOST = `app.${DOMAIN}`;

/** ingress-nginx with an active load balancer, the public names pointing to it, cert-manager and an issuer. */
export async function openToTheWorld(cluster: TestCluster, options: { delegated: boolean }): Promise<void> {
  install(cluster, "ingress-nginx", "ingress-nginx", "ingress-nginx");
  install(cluster, "cert-manager", "cert-manager", "cert-manager", { crds: { enabled: true } });
  await cluster.after(300);
  const [balancer] = cluster.world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).values();
  const nameServers = ["ns-1.awsdns-01.com"];
  cluster.world
    .collection<ZoneRecord>(COLLECTIONS.zones)
    .set("Z1", { id: "Z1", name: DOMAIN, nameServers, createdAt: 0, tags: {} });
  const alias = { dnsName: balancer?.dnsName ?? "", zoneId: "Z", evaluateTargetHealth: true };
  cluster.world
    .collection<DnsRecord>(COLLECTIONS.dnsRecords)
    .set(`Z1/${HOST}/A/-`, { zoneId: "Z1", name: HOST, type: "A", ttl: 60, values: [], alias, insyncAt: 0 });
  if (options.delegated) delegate(cluster.world, DOMAIN, nameServers);
  cluster.create("/apis/cert-manager.io/v1/clusterissuers", {
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: { name: "production" },
    spec: {
      acme: {
        server: "https://acme-v02.api.letsencrypt.org/directory",
        email: "a@example.com",
        privateKeySecretRef: { name: "production-account" },
        solvers: [{ http01: { ingress: { ingressClassName: "nginx" } } }],
      },
    },
  });
  cluster.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
}

export function makeIngress(cluster: TestCluster): void {
  const backend = { service: { name: "frontend", port: { number: 80 } } };
  cluster.create("/apis/networking.k8s.io/v1/namespaces/shop/ingresses", {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: "frontend",
      namespace: "shop",
      annotations: { "cert-manager.io/cluster-issuer": "production" },
    },
    spec: {
      ingressClassName: "nginx",
      tls: [{ hosts: [HOST], secretName: "frontend-tls" }],
      rules: [{ host: HOST, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
    },
  });
}

export function makeApplication(cluster: TestCluster, targetRevision = "0.10.6"): void {
  cluster.create("/apis/argoproj.io/v1alpha1/namespaces/argocd/applications", {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "shop", namespace: "argocd", finalizers: ["resources-finalizer.argocd.argoproj.io"] },
    spec: {
      project: "default",
      source: {
        repoURL: "us-docker.pkg.dev/online-boutique-ci/charts",
        chart: "onlineboutique",
        targetRevision,
        helm: { valuesObject: { frontend: { externalService: false } } },
      },
      destination: { server: "https://kubernetes.default.svc", namespace: "shop" },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
  });
}

export const APPLICATION = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop";
export const CERTIFICATE = "/apis/cert-manager.io/v1/namespaces/shop/certificates/frontend-tls";

export interface ApplicationStatus {
  status: {
    sync: { status: string; revision: string };
    health: { status: string };
    operationState: { phase: string; finishedAt: string };
    reconciledAt: string;
    resources: { kind: string; name: string; status: string }[];
    conditions?: { type: string; message: string }[];
  };
}

export const conditionOf = (object: unknown, type: string) =>
  (
    object as
      | { status?: { conditions?: { type: string; status: string; reason: string; message: string }[] } }
      | undefined
  )?.status?.conditions?.find((condition) => condition.type === type);
