import { z } from "zod";
import { AWS_COLLECTIONS } from "../collections.ts";
import { asJson, operation, type Service } from "../service.ts";

const anything = z.record(z.string(), z.unknown());

/** Logs of functions and builds are kept by those who make them; here they are only accepted. */
export const logs: Service = {
  CreateLogGroup: operation(anything, () => ({})),
  CreateLogStream: operation(anything, () => ({})),
  PutLogEvents: operation(anything, () => ({})),
};

export const monitoring: Service = {
  /** `Namespace` and the metrics' names are kept, so that what a dead-man alarm waits for can be seen. */
  PutMetricData: operation(
    z.object({ Namespace: z.string(), MetricData: z.array(z.record(z.string(), z.unknown())).optional() }),
    ({ world, allow }, { Namespace, MetricData = [] }) => {
      allow("cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": Namespace });
      const metrics = world.collection(AWS_COLLECTIONS.metrics);
      for (const datum of MetricData) {
        const sequence = String(metrics.keys().length).padStart(8, "0");
        metrics.set(`${Namespace}/${String(datum.MetricName)}/${sequence}`, {
          at: world.clock.now(),
          datum: asJson(datum),
        });
      }
      return {};
    },
  ),
};

export const xray: Service = {
  PutTraceSegments: operation(anything, () => ({ UnprocessedTraceSegments: [] })),
};
