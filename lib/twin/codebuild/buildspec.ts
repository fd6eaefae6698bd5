import { parse } from "yaml";
import * as z from "zod";

const PhaseSchema = z.strictObject({
  commands: z.array(z.string()).min(1),
  finally: z.array(z.string()).default([]),
});

/**
 * The part of the buildspec syntax (version 0.2) that this runner runs as CodeBuild does.
 * Whatever else a buildspec says is refused, because ignoring it would run something CodeBuild would not.
 */
const BuildspecSchema = z.strictObject({
  version: z.literal(0.2),
  env: z
    .strictObject({
      variables: z.record(z.string(), z.string()).default({}),
      "exported-variables": z.array(z.string()).default([]),
    })
    .default({ variables: {}, "exported-variables": [] }),
  phases: z.strictObject({
    install: PhaseSchema.optional(),
    pre_build: PhaseSchema.optional(),
    build: PhaseSchema.optional(),
    post_build: PhaseSchema.optional(),
  }),
});
export type Buildspec = z.infer<typeof BuildspecSchema>;

/** Phases in CodeBuild's order, with the names of its API. */
export const PHASES = [
  ["install", "INSTALL"],
  ["pre_build", "PRE_BUILD"],
  ["build", "BUILD"],
  ["post_build", "POST_BUILD"],
] as const;

/** Throws with the path of what it does not know. */
export function parseBuildspec(text: string): Buildspec {
  const parsed = BuildspecSchema.safeParse(parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(`YAML_FILE_ERROR: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
}
