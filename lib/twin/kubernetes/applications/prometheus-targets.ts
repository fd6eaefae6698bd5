import { strikes } from "../../world/faults.ts";
import type { Json, World } from "../../world/world.ts";
import type { ApiObject } from "../api/api-object.ts";
import { type JsonObject, listAt, objectAt, objectsAt, textAt } from "../api/json-values.ts";

/** Reads objects of the cluster that a Prometheus runs in. */
export type Lister = (apiVersion: string, kind: string, namespace?: string) => readonly ApiObject[];

const MONITORING = "monitoring.coreos.com/v1";
/** Prometheus' own default of the stack. */
const SCRAPE_INTERVAL_MILLISECONDS = 30_000;

/**
 * What Prometheus says at `/api/v1/targets`: an endpoint of each Service that a ServiceMonitor selects, up while it is
 * ready. The recorded inventories keep few labels of a Service, so it is also known by what it selects and by its name.
 */
export function prometheusTargets(list: Lister, world: World): JsonObject {
  // Fault `scrapes-stopped` { seconds }: Prometheus answers, and has measured nothing for so long.
  const stopped = Number(strikes(world, "scrapes-stopped", () => true)?.seconds ?? 0);
  const monitors = list(MONITORING, "ServiceMonitor");
  const activeTargets = monitors
    .flatMap((monitor) => targetsOf(monitor, list, world.clock.now() - stopped * 1_000))
    .map((target) => refused(target, world));
  return { status: "success", data: { activeTargets, droppedTargets: [] } };
}

/** Fault `scrape-refused` { monitor, error }: what a ServiceMonitor (`<namespace>/<name>`) selects lets nobody measure it. */
function refused(target: JsonObject, world: World): JsonObject {
  const pool = String(target.scrapePool);
  const fault = strikes(world, "scrape-refused", ({ monitor }) =>
    pool.startsWith(`serviceMonitor/${monitor}/`),
  );
  return fault ? { ...target, health: "down", lastError: String(fault.error) } : target;
}

function targetsOf(monitor: ApiObject, list: Lister, now: number): JsonObject[] {
  const { name, namespace = "default" } = monitor.metadata;
  const pool = `serviceMonitor/${namespace}/${name}/0`;
  const wanted = objectAt(monitor, "spec", "selector", "matchLabels") ?? {};
  if (wanted["k8s-app"] === "kubelet") return kubelets(pool, list, now);
  const places = listAt(monitor, "spec", "namespaceSelector", "matchNames").map(String);
  return (places.length > 0 ? places : [namespace])
    .flatMap((place) => list("v1", "Service", place))
    .filter((service) => selects(wanted, service))
    .flatMap((service) =>
      endpointsOf(service, list).map((each) => target(pool, service.metadata.name, each, now)),
    );
}

/** Labels that say who it is; others (`release`, `self-monitor`, a version) are not among the recorded ones. */
const IDENTITY = ["app", "app.kubernetes.io/name", "app.kubernetes.io/instance", "component", "provider"];

function selects(wanted: JsonObject, service: ApiObject): boolean {
  const own: JsonObject = {
    app: service.metadata.name,
    ...objectAt(service, "spec", "selector"),
    ...service.metadata.labels,
  };
  const telling = Object.entries(wanted).filter(([key]) => IDENTITY.includes(key));
  return telling.length > 0 && telling.every(([key, value]) => own[key] === value);
}

interface Endpoint {
  readonly address: string;
  readonly ready: boolean;
}

/** The API server's Service has no pods; it is up for as long as anybody is answered. */
function endpointsOf(service: ApiObject, list: Lister): Endpoint[] {
  const { name, namespace } = service.metadata;
  if (name === "kubernetes" && namespace === "default")
    return [{ address: "kubernetes.default:443", ready: true }];
  const port = String(objectsAt(service, "spec", "ports")[0]?.port ?? 80);
  return list("discovery.k8s.io/v1", "EndpointSlice", namespace)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap((slice) => objectsAt(slice, "endpoints"))
    .map((endpoint) => ({
      address: `${String(listAt(endpoint, "addresses")[0] ?? "?")}:${port}`,
      ready: objectAt(endpoint, "conditions")?.ready !== false,
    }));
}

/** The operator keeps a Service of all nodes for them. */
const kubelets = (pool: string, list: Lister, now: number): JsonObject[] =>
  list("v1", "Node").map((node) => {
    const conditions = objectsAt(node, "status", "conditions");
    const ready = conditions.some(({ type, status }) => type === "Ready" && status === "True");
    const address = objectsAt(node, "status", "addresses")[0];
    return target(
      pool,
      "kubelet",
      { address: `${textAt(address, "address") ?? node.metadata.name}:10250`, ready },
      now,
    );
  });

function target(pool: string, job: string, { address, ready }: Endpoint, now: number): JsonObject {
  const scraped = now - (now % SCRAPE_INTERVAL_MILLISECONDS);
  const labels: { [key: string]: Json } = { job, instance: address };
  return {
    labels,
    scrapePool: pool,
    scrapeUrl: `http://${address}/metrics`,
    globalUrl: `http://${address}/metrics`,
    lastError: ready
      ? ""
      : `Get "http://${address}/metrics": dial tcp ${address}: connect: connection refused`,
    lastScrape: new Date(scraped).toISOString(),
    lastScrapeDuration: 0.01,
    health: ready ? "up" : "down",
  };
}
