import type { Visitor } from "../../clients/http-probe.ts";
import type { Moment } from "../define-gate.ts";
import type { EndpointExpectation } from "./expectation.ts";
import type { EndpointFacts } from "./facts.ts";

/** As a visitor would: by the public name, through the edge, once without TLS and once with it. */
export async function observeEndpoint(
  { host: label, path }: EndpointExpectation,
  { visitor }: { visitor: Visitor },
  { domain }: Moment,
): Promise<EndpointFacts> {
  const host = `${label}.${domain}`;
  const [plain, secure] = await Promise.all([
    visitor.visit(`http://${host}${path}`),
    visitor.visit(`https://${host}${path}`),
  ]);
  return { host, plain, secure };
}
