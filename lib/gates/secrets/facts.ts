import * as z from "zod";
import { ConditionsSchema, MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";
import type { WantedSecret } from "./expectation.ts";

export const ExternalSecretSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({
    /** Periodic, OnChange or CreatedOnce. @default Periodic */
    refreshPolicy: z.string().optional(),
    /** A duration as Go writes it. @default 1h */
    refreshInterval: z.string().optional(),
    target: z
      .object({
        /** @default the ExternalSecret's own name */
        name: z.string().optional(),
        /** Owner, Orphan, Merge or None. @default Owner */
        creationPolicy: z.string().optional(),
      })
      .optional(),
  }),
  status: z
    .object({
      conditions: ConditionsSchema,
      refreshTime: z.string().nullish(),
      /** `<generation>-<hash of labels and annotations>` of what was synced last. */
      syncedResourceVersion: z.string().optional(),
    })
    .optional(),
});
export type ExternalSecret = z.infer<typeof ExternalSecretSchema>;

/** What may be known of a Secret: its keys and how long each value is. The values end in the parser. */
export const SecretKeysSchema = z.object({
  metadata: MetadataSchema.extend({
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).optional(),
  }),
  data: z
    .record(
      z.string(),
      z.string().transform((value) => Buffer.from(value, "base64").length),
    )
    .default({}),
});
export type SecretKeys = z.infer<typeof SecretKeysSchema>;

export interface SecretFacts {
  readonly wanted: WantedSecret;
  readonly externalSecret: Reading<ExternalSecret | null>;
  /** Undefined: there is no ExternalSecret that would name it. */
  readonly target: Reading<SecretKeys | null> | undefined;
}
export interface SecretsFacts {
  readonly secrets: readonly SecretFacts[];
}

export const targetNameOf = ({ metadata, spec }: ExternalSecret): string =>
  spec.target?.name || metadata.name;
