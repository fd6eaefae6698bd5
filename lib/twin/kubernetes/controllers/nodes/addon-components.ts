import type { Fields } from "../engine/fields.ts";

export interface Component {
  /** @default kube-system */
  readonly namespace?: string;
  readonly kind: "Deployment" | "DaemonSet";
  readonly name: string;
  readonly account: string;
  readonly labels: { readonly [key: string]: string };
  readonly containers: readonly { readonly name: string; readonly image: string }[];
  readonly replicas?: number;
  readonly hostNetwork?: boolean;
}

/**
 * Workloads of EKS's own add-ons, as their manifests name them (from memory). `{number}` and `{build}` are the two
 * parts of the add-on's version, such as v1.35.2 and eksbuild.2; images without them have numbers of their own.
 */
export const COMPONENTS: Readonly<Record<string, readonly Component[]>> = {
  "vpc-cni": [
    {
      kind: "DaemonSet",
      name: "aws-node",
      account: "aws-node",
      labels: { "k8s-app": "aws-node" },
      hostNetwork: true,
      containers: [
        { name: "aws-node", image: "amazon-k8s-cni:{number}-{build}" },
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
      containers: [{ name: "kube-proxy", image: "kube-proxy:{number}-minimal-{build}" }],
    },
  ],
  coredns: [
    {
      kind: "Deployment",
      name: "coredns",
      account: "coredns",
      labels: { "k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns" },
      replicas: 2,
      containers: [{ name: "coredns", image: "coredns:{number}-{build}" }],
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
        image: name === "ebs-plugin" ? "aws-ebs-csi-driver:{number}" : `${name}:v5.3.0-eksbuild.4`,
      })),
    },
    {
      kind: "DaemonSet",
      name: "ebs-csi-node",
      account: "ebs-csi-node-sa",
      labels: { app: "ebs-csi-node", "app.kubernetes.io/name": "aws-ebs-csi-driver" },
      containers: ["ebs-plugin", "node-driver-registrar", "liveness-probe"].map((name) => ({
        name,
        image: name === "ebs-plugin" ? "aws-ebs-csi-driver:{number}" : `${name}:v2.15.0-eksbuild.4`,
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
  "snapshot-controller": [
    {
      kind: "Deployment",
      name: "snapshot-controller",
      account: "snapshot-controller",
      labels: { "app.kubernetes.io/name": "snapshot-controller" },
      replicas: 2,
      containers: [{ name: "snapshot-controller", image: "snapshot-controller:{number}-{build}" }],
    },
  ],
  "aws-guardduty-agent": [
    {
      namespace: "amazon-guardduty",
      kind: "DaemonSet",
      name: "aws-guardduty-agent",
      account: "aws-guardduty-agent",
      labels: { "app.kubernetes.io/name": "aws-guardduty-agent" },
      hostNetwork: true,
      containers: [{ name: "aws-guardduty-agent", image: "aws-guardduty-agent:{number}-{build}" }],
    },
  ],
};

const SNAPSHOTS = "snapshot.storage.k8s.io";

function snapshotDefinition(kind: string, plural: string, scope: "Cluster" | "Namespaced"): Fields {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${SNAPSHOTS}` },
    spec: {
      group: SNAPSHOTS,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      scope,
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  };
}

/** What an add-on brings beside its workloads. */
export const EXTRAS: Readonly<Record<string, readonly Fields[]>> = {
  coredns: [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "kube-dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
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
      metadata: { name: "coredns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
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
  "snapshot-controller": [
    snapshotDefinition("VolumeSnapshotClass", "volumesnapshotclasses", "Cluster"),
    snapshotDefinition("VolumeSnapshotContent", "volumesnapshotcontents", "Cluster"),
    snapshotDefinition("VolumeSnapshot", "volumesnapshots", "Namespaced"),
  ],
};
