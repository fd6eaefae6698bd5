import { AwsError } from "../../../aws/contract.ts";
import type { Attributes } from "../../contract.ts";
import { arnIn, block, isSomething, text } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";
import { awsData, notFound } from "./data/aws-data.ts";
import { findResource, resourcesOf } from "./resource-store.ts";

const datasources = (values: Attributes): Attributes[string] => {
  const given = block(values, "datasources");
  return [
    {
      kubernetes: isSomething(given?.kubernetes)
        ? (given?.kubernetes ?? [])
        : [{ audit_logs: [{ enable: false }] }],
      malware_protection: isSomething(given?.malware_protection)
        ? (given?.malware_protection ?? [])
        : [{ scan_ec2_instance_with_findings: [{ ebs_volumes: [{ enable: false }] }] }],
      s3_logs: isSomething(given?.s3_logs) ? (given?.s3_logs ?? []) : [{ enable: false }],
    },
  ];
};

export const guardDutyDetector: AwsTypeSpec = {
  service: "GuardDuty",
  type: "aws_guardduty_detector",
  title: "GuardDuty Detector",
  calls: {
    create: "CreateDetector",
    read: "GetDetector",
    update: "UpdateDetector",
    delete: "DeleteDetector",
  },
  defaults: { enable: true },
  computedBlocks: ["datasources"],
  label: (values) => text(values, "id") || "new",
  identify: (_, { mint }) => mint.hex(32),
  arn: (values, context) => arnIn(context, "guardduty", `detector/${text(values, "id")}`),
  computed: (values, { context }) => ({
    account_id: context.aws.accountId,
    datasources: datasources(values),
    finding_publishing_frequency: text(values, "finding_publishing_frequency") || "SIX_HOURS",
  }),
  // One detector an account and region.
  refuseCreate: (_, context) => {
    const other = resourcesOf(context.world, "aws_guardduty_detector").some(
      (values) => values.region === context.region,
    );
    if (other)
      throw new AwsError(
        "BadRequestException",
        "The request is rejected because a detector already exists for the current account.",
      );
  },
};

export const guardDutyFeature: AwsTypeSpec = {
  service: "GuardDuty",
  type: "aws_guardduty_detector_feature",
  title: "GuardDuty Detector Feature",
  calls: {
    create: "UpdateDetector",
    read: "GetDetector",
    update: "UpdateDetector",
    delete: "UpdateDetector",
  },
  forcesReplacement: ["detector_id", "name"],
  arn: (values, context) => arnIn(context, "guardduty", `detector/${text(values, "detector_id")}`),
  identify: (planned) => `${text(planned, "detector_id")}/${text(planned, "name")}`,
  refuseCreate: (values, context) => {
    if (!findResource(context.world, "aws_guardduty_detector", text(values, "detector_id")))
      throw new AwsError(
        "BadRequestException",
        "The request is rejected because the input detectorId is not owned by the current account.",
      );
  },
};

/** The detector of the region, which has one at most. */
export const guardDutyDetectorData = awsData(
  "aws_guardduty_detector",
  "GuardDuty Detector",
  "GuardDuty",
  (given, { world, region }) => {
    const found = resourcesOf(world, "aws_guardduty_detector").find(
      (values) => values.region === region && (text(given, "id") || values.id) === values.id,
    );
    if (!found) throw notFound("ResourceNotFoundException", "no GuardDuty Detector was found");
    return {
      id: text(found, "id"),
      arn: text(found, "arn"),
      features: resourcesOf(world, "aws_guardduty_detector_feature")
        .filter(({ detector_id }) => detector_id === found.id)
        .map(({ name = null, status = null, additional_configuration = [] }) => ({
          name,
          status,
          additional_configuration,
        })),
      finding_publishing_frequency: text(found, "finding_publishing_frequency"),
      service_role_arn: `arn:aws:iam::${text(found, "account_id")}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
      status: found.enable === false ? "DISABLED" : "ENABLED",
      tags: found.tags ?? null,
    };
  },
  "ListDetectors",
);
