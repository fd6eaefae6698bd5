import type { ParameterRecord } from "../../../aws/collections.ts";
import { AwsError } from "../../../aws/contract.ts";
import { COLLECTIONS } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError, UNKNOWN } from "../../contract.ts";
import { arnIn, count, isSomething, text } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";

const parameters = (world: World) => world.collection<ParameterRecord>(COLLECTIONS.parameters);

const VALUES = ["value", "value_wo", "insecure_value"];

/** Standard parameters hold 4 KB, advanced ones 8 KB: Systems Manager quotas. */
const LIMITS: Readonly<Record<string, number>> = { Standard: 4096, Advanced: 8192 };

/** The insecure value is the same value, shown in plans. */
const parameterValue = (values: Attributes): string =>
  VALUES.map((name) => text(values, name)).find((value) => value !== "") ?? "";

const recordOf = (values: Attributes, { world }: ProviderContext): ParameterRecord => ({
  name: text(values, "name"),
  arn: text(values, "arn"),
  type: text(values, "type") as ParameterRecord["type"],
  value: parameterValue(values),
  version: count(values, "version"),
  lastModified: world.clock.now(),
});

export const parameter: AwsTypeSpec = {
  service: "SSM",
  type: "aws_ssm_parameter",
  title: "SSM Parameter",
  calls: { create: "PutParameter", read: "GetParameters", update: "PutParameter", delete: "DeleteParameter" },
  forcesReplacement: ["name"],
  changesOnUpdate: ["version"],
  validate: (configuration) => {
    const given = VALUES.filter((name) => isSomething(configuration[name]));
    if (given.length !== 1)
      throw new ProviderError(
        "Invalid combination of arguments\nExactly one of `insecure_value,value,value_wo` must be specified",
        ["value"],
      );
    const type = text(configuration, "type");
    if (type !== "" && !["String", "StringList", "SecureString"].includes(type))
      throw new ProviderError(
        `expected type to be one of ["String" "StringList" "SecureString"], got ${type}`,
        ["type"],
      );
  },
  // A changed value shows in one attribute only, whichever was given.
  refine: (planned, prior) => {
    if (!prior) return planned;
    const kept = { ...planned };
    if (isSomething(planned.insecure_value) && planned.insecure_value !== prior.insecure_value)
      kept.value = UNKNOWN;
    return kept;
  },
  identify: (planned) => text(planned, "name"),
  arn: (values, context) => arnIn(context, "ssm", `parameter/${text(values, "name").replace(/^\//, "")}`),
  computed: (values) => ({
    data_type: text(values, "data_type") || "text",
    has_value_wo: isSomething(values.value_wo),
    insecure_value: isSomething(values.insecure_value) ? parameterValue(values) : null,
    key_id: text(values, "key_id") || (text(values, "type") === "SecureString" ? "alias/aws/ssm" : ""),
    tier: text(values, "tier") || "Standard",
    value: isSomething(values.insecure_value) ? null : parameterValue(values),
    version: 1,
  }),
  refuseCreate: (values, context) => {
    if (parameters(context.world).has(text(values, "name")) && values.overwrite !== true)
      throw new AwsError(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      );
    const limit = LIMITS[text(values, "tier") || "Standard"] ?? 4096;
    if (parameterValue(values).length > limit)
      throw new AwsError(
        "ValidationException",
        `Standard tier parameters support a maximum parameter value of ${limit} characters.`,
      );
  },
  created: (values, { context }) =>
    parameters(context.world).set(text(values, "name"), recordOf(values, context)),
  updated: (values, prior, { context }) => {
    const changed = { ...values, version: count(prior, "version") + 1 };
    parameters(context.world).set(text(values, "name"), recordOf(changed, context));
    return { version: changed.version };
  },
  deleted: (values, context) => {
    parameters(context.world).delete(text(values, "name"));
  },
  observe: (values, context) => {
    const found = parameters(context.world).get(text(values, "name"));
    if (!found) return null;
    const shown = isSomething(values.insecure_value)
      ? { insecure_value: found.value }
      : { value: found.value };
    return { ...shown, type: found.type, version: found.version };
  },
  import: (id) => ({ id, name: id }),
};
