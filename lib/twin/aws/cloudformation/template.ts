import { z } from "zod";
import type { Json } from "../../world/world.ts";

const json = z.json().transform((value) => value as Json);
const members = z.record(z.string(), json);

const ResourceSchema = z.object({
  Type: z.string(),
  Properties: members.default({}),
  DependsOn: z
    .union([z.string(), z.array(z.string())])
    .transform((value) => [value].flat())
    .default([]),
  Condition: z.string().optional(),
  DeletionPolicy: z.string().default("Delete"),
});

/** The sections of a template that deploy anything. Mappings, Transform and Rules are not modelled: they throw. */
export const TemplateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z
    .record(z.string(), z.object({ Type: z.string(), Default: z.union([z.string(), z.number()]).optional() }))
    .default({}),
  Conditions: members.default({}),
  Resources: z.record(z.string(), ResourceSchema),
  Outputs: z.record(z.string(), z.object({ Value: json, Condition: z.string().optional() })).default({}),
  /** CDK's check of the bootstrap version, which says nothing about the stack. */
  Rules: z.strictObject({ CheckBootstrapVersion: z.unknown().optional() }).optional(),
});

export type Template = z.output<typeof TemplateSchema>;
