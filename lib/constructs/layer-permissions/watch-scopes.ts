import type { Names } from "../names.ts";
import type { Scopes } from "./scope.ts";

/** What watches the account, and tells of it. */
export function watchScopes(names: Names): Scopes {
  return {
    guardduty: [
      {
        actions: /:(CreateDetector|ListDetectors)$/,
        resources: ["*"],
        because: "A detector has no ARN before it is made; the account has one a region at most.",
      },
      {
        actions: /./,
        resources: [names.arn("guardduty", "detector/*")],
        because: "A detector's ARN ends with an id that it gets when it is made.",
      },
    ],
    events: [
      {
        actions: /./,
        resources: [names.arn("events", `rule/${names.environment}-*`)],
        because: "Rules of this environment on the account's own bus.",
      },
    ],
  };
}
