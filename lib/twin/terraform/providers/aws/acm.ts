import { AwsError } from "../../../aws/contract.ts";
import { delegationFor } from "../../../network/delegation.ts";
import {
  type CertificateRecord,
  COLLECTIONS,
  type DnsRecord,
  type ZoneRecord,
} from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError } from "../../contract.ts";
import { arnIn, isSomething, text, texts } from "./attributes.ts";
import type { AwsTypeSpec, Deed } from "./aws-type-spec.ts";

/** Certificates of AWS end after 198 days. @see https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html */
const ACM_LIFETIME_MILLISECONDS = 198 * 24 * 3_600_000;

const certificates = (world: World) => world.collection<CertificateRecord>(COLLECTIONS.certificates);

const isoSeconds = (time: number): string => new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");

/** One record proves all names of a zone, a wildcard among them. */
const bare = (name: string): string => name.replace(/^\*\./, "");

function request(values: Attributes, { context, mint }: Deed): void {
  const names = [...new Set([text(values, "domain_name"), ...texts(values, "subject_alternative_names")])];
  certificates(context.world).set(text(values, "arn"), {
    arn: text(values, "arn"),
    domainNames: names,
    status: "PENDING_VALIDATION",
    proof: proofOf(values, mint),
    serial: `0a${mint.hex(30, "serial")}`,
    notBefore: 0,
    notAfter: 0,
  });
}

const proofOf = (values: Attributes, mint: Deed["mint"]): CertificateRecord["proof"] => ({
  name: `_${mint.hex(32, "name")}.${bare(text(values, "domain_name"))}.`,
  value: `_${mint.hex(32, "value")}.${mint.hex(10, "zone").replaceAll(/\d/g, "x")}.acm-validations.aws.`,
});

export const acmCertificate: AwsTypeSpec = {
  service: "ACM",
  type: "aws_acm_certificate",
  title: "ACM Certificate",
  calls: {
    create: "RequestCertificate",
    read: "DescribeCertificate",
    update: "UpdateCertificateOptions",
    delete: "DeleteCertificate",
  },
  forcesReplacement: [
    "domain_name",
    "subject_alternative_names",
    "validation_method",
    "key_algorithm",
    "certificate_authority_arn",
    "validation_option",
  ],
  computedBlocks: ["options"],
  validate: (configuration) => {
    if (isSomething(configuration.domain_name) === isSomething(configuration.private_key))
      throw new ProviderError(
        'Invalid combination of arguments\n"domain_name": one of `domain_name,private_key` must be specified',
        ["domain_name"],
      );
  },
  label: (values) => text(values, "domain_name"),
  identify: (_, { context, mint }) => arnIn(context, "acm", `certificate/${mint.uuid()}`),
  arn: (values, context) => text(values, "id") || arnIn(context, "acm", "certificate/*"),
  computed: (values, { mint }) => {
    const { name, value } = proofOf(values, mint);
    return {
      domain_validation_options: [
        {
          domain_name: text(values, "domain_name"),
          resource_record_name: name,
          resource_record_type: "CNAME",
          resource_record_value: value,
        },
      ],
      key_algorithm: text(values, "key_algorithm") || "RSA_2048",
      options: [{ certificate_transparency_logging_preference: "ENABLED", export: "DISABLED" }],
      not_after: "",
      not_before: "",
      pending_renewal: false,
      renewal_eligibility: "INELIGIBLE",
      renewal_summary: [],
      status: "PENDING_VALIDATION",
      subject_alternative_names: texts(values, "subject_alternative_names").includes(
        text(values, "domain_name"),
      )
        ? (values.subject_alternative_names ?? [])
        : [text(values, "domain_name"), ...texts(values, "subject_alternative_names")].sort(),
      type: "AMAZON_ISSUED",
      validation_emails: [],
    };
  },
  created: request,
  refuseDelete: (values, { world }) => {
    // A listener that still shows it; here each that a load balancer's class names.
    const used = world
      .collection<{ kind: string; spec?: { certificateArn?: string[] } }>(COLLECTIONS.kubernetesObjects)
      .values()
      .some(
        ({ kind, spec }) =>
          kind === "IngressClassParams" && spec?.certificateArn?.includes(text(values, "arn")) === true,
      );
    if (used)
      throw new AwsError("ResourceInUseException", `Certificate ${text(values, "arn")} is in use.`, 400);
  },
  deleted: (values, { world }) => {
    certificates(world).delete(text(values, "arn"));
  },
  observe: (values, { world }) => {
    const record = certificates(world).get(text(values, "arn"));
    if (!record) return null;
    if (record.status !== "ISSUED") return { status: record.status };
    return {
      status: record.status,
      not_before: isoSeconds(record.notBefore),
      not_after: isoSeconds(record.notAfter),
      renewal_eligibility: "ELIGIBLE",
    };
  },
};

/** Can all the world read the record: is it in a zone, and is that zone the one that its parent names? */
function isPublished(proof: CertificateRecord["proof"], { world }: ProviderContext): boolean {
  const name = proof.name.replace(/\.$/, "").toLowerCase();
  const published = delegationFor(world, name)?.nameServers ?? [];
  return world
    .collection<DnsRecord>(COLLECTIONS.dnsRecords)
    .values()
    .filter(
      (record) =>
        record.name === name &&
        record.type === "CNAME" &&
        record.values.some((value) => value.replace(/\.$/, "") === proof.value.replace(/\.$/, "")),
    )
    .some(({ zoneId }) => {
      const servers = world.collection<ZoneRecord>(COLLECTIONS.zones).get(zoneId)?.nameServers ?? [];
      return servers.some((server) => published.includes(server.replace(/\.$/, "").toLowerCase()));
    });
}

/** Waiting until the certificate is issued: it makes nothing, and deleting it undoes nothing. */
export const acmCertificateValidation: AwsTypeSpec = {
  service: "ACM",
  type: "aws_acm_certificate_validation",
  title: "ACM Certificate Validation",
  calls: {
    create: "DescribeCertificate",
    read: "DescribeCertificate",
    update: "DescribeCertificate",
    delete: "DescribeCertificate",
  },
  forcesReplacement: ["certificate_arn", "validation_record_fqdns"],
  label: (values) => text(values, "certificate_arn"),
  identify: (_, { context }) => new Date(context.world.clock.now()).toISOString(),
  arn: (values) => text(values, "certificate_arn"),
  refuseCreate: (values, context) => {
    const arn = text(values, "certificate_arn");
    const record = certificates(context.world).get(arn);
    if (!record) throw new AwsError("ResourceNotFoundException", `Could not find certificate ${arn}.`);
    if (!isPublished(record.proof, context))
      throw new ProviderError(
        `waiting for ACM Certificate (${arn}) to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION')`,
      );
  },
  created: (values, { context }) => {
    const now = context.world.clock.now();
    certificates(context.world).update(text(values, "certificate_arn"), (record) => ({
      ...record,
      status: "ISSUED" as const,
      notBefore: now,
      notAfter: now + ACM_LIFETIME_MILLISECONDS,
    }));
  },
  observe: (values, { world }) =>
    certificates(world).get(text(values, "certificate_arn"))?.status === "ISSUED" ? {} : null,
};
