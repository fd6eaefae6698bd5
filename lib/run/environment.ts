/**
 * The environment of a function, typed. A handler names the variables it reads and parses them in its first
 * call, so that a function is never refused because of a variable that only another one needs.
 */
import * as z from "zod";
import { ConfigurationError } from "./errors.ts";

/** Every variable that a function of Strata may read, with what it must look like. */
const VARIABLES = {
  STRATA_ENVIRONMENT: z.string().regex(/^[a-z][a-z0-9-]{2,19}$/, "3 to 20 lower-case letters, digits or -"),
  STRATA_DOMAIN: z.string().min(3),
  STRATA_TABLE: z.string().min(3),
  STRATA_ARTEFACT_BUCKET: z.string().min(3),
  STRATA_SOURCE_BUCKET: z.string().min(3),
  STRATA_SOURCE_KEY: z.string().min(1),
  STRATA_TOPIC_ARN: z.string().startsWith("arn:"),
  STRATA_ACTION_TOPIC_ARN: z.string().startsWith("arn:"),
  STRATA_API_URL: z.url(),
  STRATA_APPROVAL: z.enum(["always", "on-change", "on-destroy", "never"]),
  STRATA_TERRAFORM_VERSION: z.string().regex(/^\d+\.\d+\.\d+$/, "a version such as 1.14.3"),
  /** Of a state machine's ARN, all but its purpose: `arn:…:stateMachine:<env>-`. */
  STRATA_MACHINE_PREFIX: z.string().regex(/^arn:.+:stateMachine:.+-$/, "arn:…:stateMachine:<environment>-"),
  /** The machine that rehearses the loss of this region, in another one. Left out: there is none. */
  STRATA_REHEARSED_ELSEWHERE: z
    .string()
    .regex(/^arn:.+:stateMachine:.+$/, "arn:…:stateMachine:…")
    .optional(),
  /** Names of the environment's layers, joined by commas. Left out: all of the catalogue. */
  STRATA_LAYERS: z.string().min(1).optional(),
  /** Of an environment that is built to be removed: nothing in it is protected, and nobody is asked. */
  STRATA_DISPOSABLE: z.literal("yes").optional(),
  /** Where the evidence of runs goes, and the key that signs it. Left out: nothing is signed. */
  STRATA_EVIDENCE: z
    .string()
    .regex(/^[^/]+\/arn:.+:key\/.+$/, "bucket/arn:…:key/…")
    .transform((text) => ({
      bucket: text.slice(0, text.indexOf("/")),
      key: text.slice(text.indexOf("/") + 1),
    }))
    .optional(),
  STRATA_SELF_APPROVAL: z.enum(["allowed", "refused"]),
  AWS_REGION: z.string().min(1),
};
type Variables = typeof VARIABLES;

/** Schema of exactly these variables. */
export const environmentOf = <Name extends keyof Variables>(...names: readonly Name[]) =>
  z.object(Object.fromEntries(names.map((name) => [name, VARIABLES[name]])) as Pick<Variables, Name>);

/** @throws ConfigurationError (not retryable) naming every missing or malformed variable, never its value. */
export function readEnvironment<T>(schema: z.ZodType<T>, environment: unknown): T {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new ConfigurationError(`the function's environment is wrong: ${problems.join("; ")}`);
}
