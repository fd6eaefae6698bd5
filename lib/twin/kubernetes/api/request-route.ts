/** What a path asks for, before anyone knows whether it is there. */
export interface ResourceRoute {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

export interface RequestRoute {
  /** Without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Absent: not a resource (`/healthz`, `/apis`, `/version` …). */
  readonly resource: ResourceRoute | undefined;
}

export function routeOf(pathAndQuery: string): RequestRoute {
  const mark = pathAndQuery.indexOf("?");
  const path = mark < 0 ? pathAndQuery : pathAndQuery.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : pathAndQuery.slice(mark + 1));
  return { path, query, resource: resourceOf(path.split("/").filter(Boolean).map(decode)) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function resourceOf(segments: string[]): ResourceRoute | undefined {
  if (segments[0] === "api" && segments.length > 2) return within("", segments[1] ?? "", segments.slice(2));
  if (segments[0] === "apis" && segments.length > 3)
    return within(segments[1] ?? "", segments[2] ?? "", segments.slice(3));
  return undefined;
}

function within(group: string, version: string, rest: string[]): ResourceRoute | undefined {
  const [first = "", second, third, ...more] = rest;
  const isNamespaceItself =
    first === "namespaces" && (third === undefined || ["status", "finalize"].includes(third));
  if (first !== "namespaces" || isNamespaceItself) {
    if (more.length > 0 && third !== "proxy") return undefined;
    const namespace = first === "namespaces" ? second : undefined;
    return { group, version, plural: first, namespace, name: second, subresource: third };
  }
  const [name, subresource, ...beyond] = more;
  if (beyond.length > 0 && subresource !== "proxy") return undefined;
  return { group, version, plural: third ?? "", namespace: second, name, subresource };
}
