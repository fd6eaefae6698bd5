import { ApiError, badRequest, expired } from "./status.ts";

/** A number of a query, 0 for none; throws 400 for anything else. */
export function countIn(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null || text === "") return 0;
  if (!/^-?\d{1,18}$/.test(text))
    throw badRequest(
      `unable to decode query parameter ${name}: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return Number(text);
}

/**
 * The resourceVersion of a query; undefined for none and for 0, which means "any". Throws 400 for what is none, and
 * 504 for one that this server has not reached: another one must have given it.
 */
export function revisionIn(query: URLSearchParams, current: number): number | undefined {
  const text = query.get("resourceVersion");
  if (text === null || text === "" || text === "0") return undefined;
  if (!/^\d{1,18}$/.test(text))
    throw new ApiError(
      400,
      "BadRequest",
      `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  const revision = Number(text);
  if (revision <= current) return revision;
  throw new ApiError(504, "Timeout", `Too large resource version: ${revision}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

/** Throws for a list of exactly a revision that is past: only what is now can be listed. */
export function checkExact(query: URLSearchParams, revision: number | undefined, current: number): void {
  const match = query.get("resourceVersionMatch");
  if (match === null || match === "") return;
  if (match !== "Exact" && match !== "NotOlderThan")
    throw badRequest(
      `resourceVersionMatch: Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan"`,
    );
  if (match === "Exact" && revision !== undefined && revision !== current)
    throw expired(`The resourceVersion for the provided list is too old.`);
}
