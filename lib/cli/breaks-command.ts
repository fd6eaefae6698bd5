import { BREAKS } from "../twin/breaks/breaks.ts";
import { EXIT_SUCCEEDED } from "./usage-error.ts";

/** `strata twin breaks`: name and effect, one a line. */
export function breaksCommand(): number {
  const width = Math.max(...BREAKS.map(({ name }) => name.length));
  for (const { name, description } of BREAKS) process.stdout.write(`${name.padEnd(width)}  ${description}\n`);
  return EXIT_SUCCEEDED;
}
