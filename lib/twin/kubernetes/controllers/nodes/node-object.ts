import type { NodegroupRecord } from "../../../world/records.ts";
import { timestamp } from "../../api/api-object.ts";
import type { Condition } from "../engine/conditions.ts";
import type { Fields } from "../engine/fields.ts";

/** Size of an m6i.large or m7g.large, which the layers ask for; Bottlerocket's own reservations off. */
const CAPACITY = { cpu: "2", memory: "7934276Ki", pods: "29", "ephemeral-storage": "81854Mi" };
const ALLOCATABLE = { cpu: "1930m", memory: "7244100Ki", pods: "29", "ephemeral-storage": "76173383962" };

export interface NodePlace {
  readonly region: string;
  readonly zone: string;
  readonly address: string;
  readonly instanceId: string;
}

const condition = (type: string, status: "True" | "False", reason: string, message: string): Condition => ({
  type,
  status,
  reason,
  message,
});

/** @param problem what the kubelet says instead of being ready */
export function nodeConditions(problem: string | undefined): Condition[] {
  return [
    condition(
      "MemoryPressure",
      "False",
      "KubeletHasSufficientMemory",
      "kubelet has sufficient memory available",
    ),
    condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    problem === undefined
      ? condition("Ready", "True", "KubeletReady", "kubelet is posting ready status")
      : condition("Ready", "False", "KubeletNotReady", problem),
  ];
}

/** A node as EKS shows it; one without GPU is named after its address. */
export function nodeObject(
  group: NodegroupRecord,
  place: NodePlace,
  now: number,
  problem: string | undefined,
): Fields {
  const arm = group.amiType.includes("ARM");
  const bottlerocket = group.amiType.startsWith("BOTTLEROCKET");
  const name = `ip-${place.address.replaceAll(".", "-")}.${place.region}.compute.internal`;
  const at = timestamp(now);
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "beta.kubernetes.io/os": "linux",
        "eks.amazonaws.com/capacityType": "ON_DEMAND",
        "eks.amazonaws.com/nodegroup": group.name,
        "kubernetes.io/arch": arm ? "arm64" : "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": group.instanceTypes[0] ?? "m6i.large",
        "topology.kubernetes.io/region": place.region,
        "topology.kubernetes.io/zone": place.zone,
        "topology.ebs.csi.aws.com/zone": place.zone,
      },
    },
    spec: { providerID: `aws:///${place.zone}/${place.instanceId}` },
    status: {
      addresses: [
        { type: "InternalIP", address: place.address },
        { type: "InternalDNS", address: name },
        { type: "Hostname", address: name },
      ],
      allocatable: ALLOCATABLE,
      capacity: CAPACITY,
      conditions: nodeConditions(problem).map((one) => ({
        ...one,
        lastHeartbeatTime: at,
        lastTransitionTime: at,
      })),
      nodeInfo: {
        architecture: arm ? "arm64" : "amd64",
        bootID: "",
        containerRuntimeVersion: "containerd://2.1.6+bottlerocket",
        kernelVersion: "6.12.63",
        kubeProxyVersion: "",
        kubeletVersion: `v${group.version}.2-eks-b3126f4`,
        machineID: place.instanceId,
        operatingSystem: "linux",
        osImage: bottlerocket ? `Bottlerocket OS 1.64.0 (aws-k8s-${group.version})` : "Amazon Linux 2023",
        systemUUID: place.instanceId,
      },
    },
  };
}
