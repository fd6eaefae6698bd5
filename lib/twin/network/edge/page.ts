import { objectAt, objectsAt, textAt } from "../../kubernetes/api/json-values.ts";
import { itemsOf, read, type Site } from "./site.ts";

interface Page {
  readonly status: number;
  readonly body: string;
}

/** What a known application says at a path; undefined: the path is not among those that we know of it. */
type Application = (path: string) => Page | undefined;

const page = (body: string): Page => ({ status: 200, body });

/** Applications by a part of their image's name; the words are their own. */
const APPLICATIONS: readonly (readonly [RegExp, Application])[] = [
  [
    // microservices-demo: `src/frontend/main.go`, `templates/header.html`
    /\/frontend(:|@|$)/,
    (path) => {
      if (path === "/_healthz") return page("ok");
      if (path !== "/") return undefined;
      return page(
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>\nOnline Boutique\n</title>\n</head>\n<body>Hot Products</body>\n</html>\n',
      );
    },
  ],
  [
    // Grafana: `pkg/api/health.go`
    /(^|\/)grafana(:|@|$)/,
    (path) => (path === "/api/health" ? page('{\n  "database": "ok",\n  "version": "twin"\n}\n') : undefined),
  ],
];

/** What the pods behind a Service of the site answer: the application's own words, or whose turn it was. */
export function pageOf(site: Site, service: string, path: string): Page {
  const images = imagesBehind(site, service);
  for (const [image, application] of APPLICATIONS) {
    const found = images.some((each) => image.test(each)) ? application(path) : undefined;
    if (found) return found;
  }
  return page(`${site.host}${path} by ${site.namespace}/${service}\n`);
}

function imagesBehind({ server, namespace }: Site, service: string): string[] {
  const home = `/api/v1/namespaces/${namespace}`;
  const selector = objectAt(read(server, `${home}/services/${service}`), "spec", "selector");
  if (!selector) return [];
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`);
  const pods = itemsOf(server, `${home}/pods?labelSelector=${encodeURIComponent(labels.join(","))}`);
  return pods.flatMap((pod) =>
    objectsAt(pod, "spec", "containers").map((container) => textAt(container, "image") ?? ""),
  );
}
