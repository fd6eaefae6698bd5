import type { Notification } from "../run/ports.ts";
import { subject } from "./subject.ts";

/** Asks for the one thing that only the owner of the domain can do. */
export function delegationNeeded(request: {
  environment: string;
  runId: string;
  domain: string;
  nameServers: readonly string[];
  observed: string;
  /** How long somebody waits for it already; undefined while nothing needs it yet. */
  until: string | undefined;
}): Notification {
  const { environment, runId, domain, nameServers } = request;
  return {
    event: "delegation-needed",
    environment,
    runId,
    detail: { domain, nameServers, until: request.until },
    subject: subject(`[${environment}] delegate ${domain}`),
    text: [
      `Run ${runId} made (or uses) the DNS zone ${domain}, but the world does not know it yet: ${request.observed}.`,
      `At the registrar, or in the zone above, set these NS records for ${domain}:`,
      "",
      ...nameServers.map((server) => `  ${domain}. NS ${server}.`),
      "",
      request.until
        ? `The run looks again by itself until ${request.until}; what does not need DNS goes on meanwhile.`
        : "The run goes on with what does not need DNS. The layer that does looks by itself, and waits for a day.",
    ].join("\n"),
  };
}
