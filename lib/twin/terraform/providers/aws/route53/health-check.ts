import { AwsError } from "../../../../aws/contract.ts";
import { ProviderError } from "../../../contract.ts";
import { isSomething, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { resourcesOf } from "../resource-store.ts";
import { ROUTE53 } from "./collections.ts";

const ENDPOINT_TYPES = ["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"];

/** Checks are kept, and never fail: nobody in this world looks at an endpoint from three continents. */
export const healthCheck: AwsTypeSpec = {
  ...ROUTE53,
  type: "aws_route53_health_check",
  title: "Route53 Health Check",
  calls: {
    create: "CreateHealthCheck",
    read: "GetHealthCheck",
    update: "UpdateHealthCheck",
    delete: "DeleteHealthCheck",
  },
  forcesReplacement: ["type", "request_interval", "measure_latency", "reference_name"],
  defaults: { disabled: false, measure_latency: false, invert_healthcheck: false },
  validate: (configuration) => {
    const { type } = configuration;
    if (!ENDPOINT_TYPES.includes(String(type))) return;
    if (!isSomething(configuration.fqdn) && !isSomething(configuration.ip_address))
      throw new ProviderError("Missing required argument\none of `fqdn,ip_address` must be specified", [
        "fqdn",
      ]);
    if (![10, 30].includes(Number(configuration.request_interval ?? 30)))
      throw new ProviderError(
        `expected request_interval to be one of [10 30], got ${String(configuration.request_interval)}`,
        ["request_interval"],
      );
  },
  label: (values) => text(values, "id") || text(values, "fqdn"),
  identify: (_, { mint }) => mint.uuid(),
  arn: (values) => `arn:aws:route53:::healthcheck/${text(values, "id") || "*"}`,
  computed: (values) => ({
    enable_sni: values.enable_sni ?? text(values, "type").startsWith("HTTPS"),
    failure_threshold: values.failure_threshold ?? 3,
    regions: values.regions ?? [],
    triggers: values.triggers ?? null,
  }),
  refuseDelete: (values, { world }) => {
    const used = resourcesOf(world, "aws_route53_record").some(
      ({ health_check_id }) => health_check_id === values.id,
    );
    if (used)
      throw new AwsError(
        "HealthCheckInUse",
        `The health check ${text(values, "id")} is in use by a resource record set.`,
      );
  },
};
