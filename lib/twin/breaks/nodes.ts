import type { Break } from "./break.ts";
import { lying, says } from "./lying.ts";

const NODES = { apiVersion: "v1", objectKind: "Node", name: "*" };

/** Nodes that are Ready, all of them. */
export const NODE_BREAKS: readonly Break[] = [
  lying("nodes-dedicated", "every node is ready, and tainted for pods that nobody has", {
    ...NODES,
    says: { spec: { taints: [{ key: "dedicated", value: "gpu", effect: "NoSchedule" }] } },
  }),
  lying("nodes-full", "every node is ready, and its disk is full", {
    ...NODES,
    says: {
      status: {
        conditions: [
          says("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure"),
          says("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ],
      },
    },
  }),
  lying("nodes-too-new", "the kubelets are newer than the control plane", {
    ...NODES,
    says: { status: { nodeInfo: { kubeletVersion: "v1.99.0-eks-b3126f4" } } },
  }),
];
