import type { ClusterClient } from "../engine/cluster-client.ts";
import type { Fields } from "../engine/fields.ts";

export type AddonActive = { cluster: string; addon: string };

const NAMESPACE = "kube-system";
/** EKS's registry in each region; the account differs in a few regions only. */
const REGISTRY = "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks";

interface Component {
  readonly kind: "Deployment" | "DaemonSet";
  readonly name: string;
  readonly account: string;
  readonly labels: { readonly [key: string]: string };
  readonly containers: readonly { readonly name: string; readonly image: string }[];
  readonly replicas?: number;
  readonly hostNetwork?: boolean;
}

/** Workloads of EKS's own add-ons, as their manifests name them (versions as of EKS 1.35, from memory). */
const COMPONENTS: Readonly<Record<string, readonly Component[]>> = {
  "vpc-cni": [
    {
      kind: "DaemonSet",
      name: "aws-node",
      account: "aws-node",
      labels: { "k8s-app": "aws-node" },
      hostNetwork: true,
      containers: [
        { name: "aws-node", image: "amazon-k8s-cni:v1.21.1" },
        { name: "aws-eks-nodeagent", image: "aws-network-policy-agent:v1.3.0" },
      ],
    },
  ],
  "kube-proxy": [
    {
      kind: "DaemonSet",
      name: "kube-proxy",
      account: "kube-proxy",
      labels: { "k8s-app": "kube-proxy" },
      hostNetwork: true,
      containers: [{ name: "kube-proxy", image: "kube-proxy:v1.35.0-minimal-eksbuild.2" }],
    },
  ],
  coredns: [
    {
      kind: "Deployment",
      name: "coredns",
      account: "coredns",
      labels: { "k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns" },
      replicas: 2,
      containers: [{ name: "coredns", image: "coredns:v1.13.1-eksbuild.1" }],
    },
  ],
  "aws-ebs-csi-driver": [
    {
      kind: "Deployment",
      name: "ebs-csi-controller",
      account: "ebs-csi-controller-sa",
      labels: { app: "ebs-csi-controller", "app.kubernetes.io/name": "aws-ebs-csi-driver" },
      replicas: 2,
      containers: [
        "ebs-plugin",
        "csi-provisioner",
        "csi-attacher",
        "csi-snapshotter",
        "csi-resizer",
        "liveness-probe",
      ].map((name) => ({
        name,
        image: name === "ebs-plugin" ? "aws-ebs-csi-driver:v1.54.0" : `${name}:v5.3.0-eksbuild.4`,
      })),
    },
    {
      kind: "DaemonSet",
      name: "ebs-csi-node",
      account: "ebs-csi-node-sa",
      labels: { app: "ebs-csi-node", "app.kubernetes.io/name": "aws-ebs-csi-driver" },
      containers: ["ebs-plugin", "node-driver-registrar", "liveness-probe"].map((name) => ({
        name,
        image: name === "ebs-plugin" ? "aws-ebs-csi-driver:v1.54.0" : `${name}:v2.15.0-eksbuild.4`,
      })),
    },
  ],
  "eks-pod-identity-agent": [
    {
      kind: "DaemonSet",
      name: "eks-pod-identity-agent",
      account: "default",
      labels: { "app.kubernetes.io/name": "eks-pod-identity-agent" },
      hostNetwork: true,
      containers: [{ name: "eks-pod-identity-agent", image: "eks-pod-identity-agent:v0.1.33" }],
    },
  ],
};

function workload(component: Component): Fields {
  const { kind, name, labels, account, containers, hostNetwork, replicas } = component;
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: NAMESPACE, labels },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: account,
          priorityClassName: kind === "DaemonSet" ? "system-node-critical" : "system-cluster-critical",
          ...(hostNetwork ? { hostNetwork } : {}),
          tolerations: [{ operator: "Exists" }],
          containers: containers.map(({ name: container, image }) => ({
            name: container,
            image: `${REGISTRY}/${image}`,
          })),
        },
      },
    },
  };
}

/** What an add-on brings beside its workloads. */
const EXTRAS: Readonly<Record<string, readonly Fields[]>> = {
  coredns: [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "kube-dns", namespace: NAMESPACE, labels: { "k8s-app": "kube-dns" } },
      spec: {
        clusterIP: "10.100.0.10",
        selector: { "k8s-app": "kube-dns" },
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
        ],
      },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "coredns", namespace: NAMESPACE, labels: { "k8s-app": "kube-dns" } },
      spec: { maxUnavailable: 1, selector: { matchLabels: { "k8s-app": "kube-dns" } } },
    },
  ],
  "aws-ebs-csi-driver": [
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIDriver",
      metadata: { name: "ebs.csi.aws.com" },
      spec: { attachRequired: true, podInfoOnMount: false, fsGroupPolicy: "File" },
    },
  ],
};

/** The objects of an add-on appear when EKS says ACTIVE; its pods start as all pods do. */
export function installAddon(client: ClusterClient, { addon }: AddonActive): void {
  const components = COMPONENTS[addon] ?? [];
  const accounts = new Set(
    components.map(({ account }) => account).filter((account) => account !== "default"),
  );
  const objects: Fields[] = [
    ...[...accounts].map((name) => ({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name, namespace: NAMESPACE },
    })),
    ...components.map(workload),
    ...(EXTRAS[addon] ?? []),
  ];
  for (const object of objects) {
    const { name, namespace } = object.metadata as { name: string; namespace?: string };
    if (!client.get(String(object.apiVersion), String(object.kind), namespace, name)) client.create(object);
  }
}

/** EKS takes an add-on's objects away with it unless told to preserve them. */
export function removeAddon(client: ClusterClient, { addon }: AddonActive): void {
  for (const object of [...(COMPONENTS[addon] ?? []).map(workload), ...(EXTRAS[addon] ?? [])]) {
    const { name, namespace } = object.metadata as { name: string; namespace?: string };
    const live = client.get(String(object.apiVersion), String(object.kind), namespace, name);
    if (live) client.delete(live);
  }
}
