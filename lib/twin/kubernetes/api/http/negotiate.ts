import { ApiError } from "../status.ts";

export type MediaType = "json" | "yaml";

const ACCEPTED = ["application/json", "application/yaml"];

/**
 * The form that an Accept header asks for, by its own order; no header takes anything. Throws 406 for one that
 * names only forms that are not written here, protobuf among them: clients that prefer it name JSON, too.
 */
export function negotiate(accept: string | undefined): MediaType {
  if (!accept?.trim()) return "json";
  for (const part of accept.split(",")) {
    const type = part.split(";")[0]?.trim().toLowerCase() ?? "";
    if (type === "*/*" || type === "application/*" || type === "application/json") return "json";
    if (type === "application/yaml") return "yaml";
  }
  throw new ApiError(
    406,
    "NotAcceptable",
    `only the following media types are accepted: ${ACCEPTED.join(", ")}`,
    {},
  );
}
