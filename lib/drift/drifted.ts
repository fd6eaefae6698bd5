import * as z from "zod";

export const DRIFT_KINDS = ["edited", "deleted", "unmanaged", "unsettled"] as const;

/** One address at which the world is not what was applied. */
export interface Drifted {
  /** `-` for what bears no layer's tag. */
  readonly layer: string;
  /** Terraform's, or the ARN of what terraform does not manage. */
  readonly address: string;
  /**
   * `edited`: other than it was applied; `deleted`: gone; `unmanaged`: bears our tags and is in no state;
   * `unsettled`: a plan would change it although nobody has edited it.
   */
  readonly kind: (typeof DRIFT_KINDS)[number];
  /** `error`: the next deploy would change it; `warning`: terraform would leave it so. */
  readonly severity: "error" | "warning";
  /** Paths of attributes, no values. */
  readonly attributes: readonly string[];
  /** Of what is there now, secrets left out: the same drift has the same. */
  readonly fingerprint: string;
  /** Names under which an audit trail may know it: id, ARN, name. */
  readonly names: readonly string[];
  /** Its changes are told in us-east-1, wherever the environment is. */
  readonly global: boolean;
}

/** Who has seen it: an object of the cluster is `Kind namespace/name`, which is no address of terraform's. */
export const seenBy = ({ kind, address }: Pick<Drifted, "kind" | "address">): "plan" | "tags" | "cluster" => {
  if (/^[A-Z][A-Za-z]+ /.test(address)) return "cluster";
  return kind === "unmanaged" ? "tags" : "plan";
};

export const AttributionSchema = z.object({
  who: z.string(),
  what: z.string(),
  at: z.iso.datetime(),
  /** Only the tool is known. */
  nameless: z.boolean().optional(),
});
export type Attribution = z.infer<typeof AttributionSchema>;

/** What is remembered of an address. `resolvedAt`: it was well again then, and has been since. */
export const DriftMemorySchema = z.object({
  layer: z.string(),
  address: z.string(),
  kind: z.enum(DRIFT_KINDS),
  severity: z.enum(["error", "warning"]),
  fingerprint: z.string(),
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  /** Its last appearances, oldest first. */
  appearedAt: z.array(z.iso.datetime()),
  attribution: AttributionSchema.optional(),
  resolvedAt: z.iso.datetime().optional(),
  /** Somebody was told of it as it is now. */
  told: z.boolean(),
  /** It comes and goes; that was told, and its coming and going is not. */
  flapping: z.boolean().default(false),
});
export type DriftMemory = z.infer<typeof DriftMemorySchema>;
