import { addFault } from "../world/faults.ts";
import type { Break } from "./break.ts";

export const API_BREAKS: readonly Break[] = [
  {
    name: "api-throttled",
    description: "DynamoDB, EKS, S3 and CodeBuild throttle several calls; the run must succeed all the same",
    prepare({ world }) {
      for (const [service, operation] of [
        ["dynamodb", "PutItem"],
        ["eks", "DescribeCluster"],
        ["s3", "PutObject"],
        ["codebuild", "BatchGetBuilds"],
      ])
        addFault(world, {
          kind: "aws-throttle",
          service: service ?? "",
          operation: operation ?? "",
          remaining: 2,
        });
    },
  },
];
