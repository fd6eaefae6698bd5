import type { Visit } from "../../clients/http-probe.ts";

export type { Visit };

export interface EndpointFacts {
  /** Full name, e.g. `app.example.com`. */
  readonly host: string;
  /** What port 80 answered. */
  readonly plain: Visit;
  /** What port 443 answered. */
  readonly secure: Visit;
}
