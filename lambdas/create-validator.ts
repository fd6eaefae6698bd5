import type * as z from "zod";
import { embeddedMetrics } from "../lib/clients/embedded-metrics.ts";
import { connectObjectStore } from "../lib/clients/object-store.ts";
import type { Gate } from "../lib/gates/define-gate.ts";
import { prove } from "../lib/gates/prove.ts";
import { readEnvironment } from "../lib/run/environment.ts";
import { GateReportSchema, ValidateEventSchema } from "../lib/run/messages.ts";
import { createHandler } from "./create-handler.ts";

interface Settings {
  readonly STRATA_ENVIRONMENT: string;
  readonly STRATA_DOMAIN: string;
}

/** What a validator is made of. */
export interface ValidatorParts<Own extends Settings, Ports> {
  readonly name: string;
  readonly environment: z.ZodType<Own>;
  /** The kinds that this function judges. */
  readonly gates: readonly Gate<Ports>[];
  /** What its gates look with; made in the first call only. */
  readonly connect: (settings: Own, environment: NodeJS.ProcessEnv) => Ports;
}

/** A handler that looks once at one gate. @see ../lib/gates/prove.ts for what it throws */
export const createValidator = <Own extends Settings, Ports>(parts: ValidatorParts<Own, Ports>) =>
  createHandler({
    name: parts.name,
    input: ValidateEventSchema,
    output: GateReportSchema,
    connect: (environment) => {
      const settings = readEnvironment(parts.environment, environment);
      return {
        moment: { environment: settings.STRATA_ENVIRONMENT, domain: settings.STRATA_DOMAIN },
        outlets: {
          objects: connectObjectStore(),
          metrics: embeddedMetrics("Strata", settings.STRATA_ENVIRONMENT),
        },
        ports: parts.connect(settings, environment),
      };
    },
    handle: (event, { moment, outlets, ports }, now) =>
      prove(event, parts.gates, ports, outlets, { ...moment, now }),
  });
