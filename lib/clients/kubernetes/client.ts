import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { KubernetesError, refused } from "./errors.ts";
import type { Http, HttpAnswer } from "./http.ts";
import { type Place, pathOf, type Resource } from "./resources.ts";

/** Reads a cluster. Every method throws KubernetesError when the answer cannot be used. */
export interface ClusterReader {
  /** Null: the API server knows the resource, or at least answers 404 for the object. */
  get<T>(resource: Resource, place: Place, schema: z.ZodType<T>): Promise<T | null>;
  list<T>(resource: Resource, place: Place & ListOptions, schema: z.ZodType<T>): Promise<T[]>;
}
export interface ListOptions {
  readonly labelSelector?: string;
}

/** Objects a page; kubectl's own size. */
const PAGE = 500;
/** A list that expires this often while being read is changing faster than it can be read. */
const RESTARTS = 3;
/** Waits before the second and third attempt; together far below a function's time. */
const BACKOFF_MILLISECONDS = [200, 800];

const ListSchema = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(z.unknown()),
});

/** `token` is asked for a fresh token at the start and once more if the API server answers 401. */
export function clusterReader(http: Http, token: () => Promise<string>): ClusterReader {
  let current: Promise<string> | undefined;
  const call = async (path: string): Promise<HttpAnswer> => {
    current ??= token();
    const answer = await patiently(http, path, await current);
    if (answer.status !== 401) return answer;
    current = token();
    return patiently(http, path, await current);
  };
  return {
    async get(resource, place, schema) {
      const path = pathOf(resource, place);
      const { status, body } = await call(path);
      if (status === 404) return null;
      if (status !== 200) throw refused("get", path, status);
      return parse(schema, body, path);
    },
    async list(resource, place, schema) {
      const path = pathOf(resource, place);
      for (let restart = 0; ; restart += 1) {
        try {
          return await pages(call, path, place.labelSelector, schema);
        } catch (error) {
          const expired = error instanceof KubernetesError && error.status === 410;
          if (!expired || restart === RESTARTS) throw error;
        }
      }
    },
  };
}

/** `resourceVersion` stays unset: the most recent state, at the cost of a quorum read. */
async function pages<T>(
  call: (path: string) => Promise<HttpAnswer>,
  path: string,
  labelSelector: string | undefined,
  schema: z.ZodType<T>,
): Promise<T[]> {
  const items: T[] = [];
  let next = "";
  do {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (labelSelector) query.set("labelSelector", labelSelector);
    if (next) query.set("continue", next);
    const { status, body } = await call(`${path}?${query}`);
    if (status !== 200) throw refused("list", path, status);
    const page = parse(ListSchema, body, path);
    for (const item of page.items) items.push(check(schema, item, path));
    next = page.metadata.continue ?? "";
  } while (next);
  return items;
}

/** 429 and 5xx, and silence, are tried again a bounded number of times. */
async function patiently(http: Http, path: string, token: string): Promise<HttpAnswer> {
  for (const wait of BACKOFF_MILLISECONDS) {
    const answer = await http.get(path, token).catch((error: unknown) => error);
    if (!isTransient(answer)) return answer as HttpAnswer;
    await pause(wait);
  }
  return http.get(path, token);
}

const isTransient = (answer: unknown): boolean =>
  answer instanceof Error || (answer as HttpAnswer).status === 429 || (answer as HttpAnswer).status >= 500;

function parse<T>(schema: z.ZodType<T>, body: string, path: string): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw new KubernetesError(0, `${path} answered something that is not JSON`, { cause });
  }
  return check(schema, json, path);
}

function check<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new KubernetesError(
    0,
    `${path} has an unexpected shape: ${issue?.path.join(".") ?? "?"}: ${issue?.message ?? "?"}`,
  );
}
