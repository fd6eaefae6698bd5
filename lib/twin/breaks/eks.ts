import { addFault } from "../world/faults.ts";
import type { Break } from "./break.ts";

export const EKS_BREAKS: readonly Break[] = [
  {
    name: "cluster-never-active",
    description: "the EKS cluster stays CREATING until terraform gives up after 30 minutes",
    prepare: ({ world }) => addFault(world, { kind: "cluster-never-active" }),
  },
  {
    name: "node-group-fails",
    description: "the instances of the node group fail to join the cluster",
    prepare: ({ world }) => addFault(world, { kind: "node-group-fails" }),
  },
];
